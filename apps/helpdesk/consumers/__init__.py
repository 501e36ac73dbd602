"""The sockets of the helpdesk: `/ws/support/` of customers, `/ws/agent/` of staff."""

from apps.helpdesk.consumers.agent import AgentDoor
from apps.helpdesk.consumers.support import SupportDoor

__all__ = ["AgentDoor", "SupportDoor"]
