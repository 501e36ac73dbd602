"""Members of staff and the roles they hold. Whoever signs in needs a second factor besides: services.second_factors."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.accounts.enums import TOXIC_ROLES, Role, Topic, UserKind
from apps.accounts.errors import NotStaff, PasswordWeak, RoleNotHeld, RolesToxic
from apps.accounts.models import RoleGrant, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors.logins import EMAIL_COLUMN, NAME_COLUMN
from apps.core import audit, db, ids, live, outbox
from apps.core.actors import Actor
from apps.core.services import data_keys


def create(
    *, email: str, password: str, name: str, roles: Iterable[Role], human_id: str = "", by: Actor, at: datetime
) -> User:
    """Make a login of staff with these roles; `human_id` names the human when the same one has another login.

    Order: data key, login, roles, audit, topics accounts.role.changed.
    Raises: email_taken, password_weak, roles_toxic.
    """
    key = ids.new()
    owner = User.ref_of(key)
    with db.unit(by=by, at=at, why="create staff"):
        data_keys.create(owner=owner)
        sealed = data_keys.seal_all(owner=owner, texts={EMAIL_COLUMN: email, NAME_COLUMN: name})
        user = User(
            pk=key,
            kind=UserKind.STAFF,
            email_fp=email_fingerprint(email),
            email_sealed=sealed[EMAIL_COLUMN],
            name_sealed=sealed[NAME_COLUMN],
            human_id=human_id or owner,
        )
        _set_password(user, password)
        user.save()
        audit.record(action="accounts.staff.create", subject=user)
        _grant(user, *roles)
    return user


def grant_role(user: UUID, *, role: Role, by: Actor, at: datetime) -> RoleGrant:
    """Give a member of staff a role, from now on.

    Order: grant, audit, topic accounts.role.changed. Raises: not_staff, role_held, roles_toxic, not_found.
    """
    with db.unit(by=by, at=at, why="grant role"):
        (held,) = db.lock(User, user)
        if held.kind != UserKind.STAFF:
            raise NotStaff
        (grant,) = _grant(held, role)
    return grant


def revoke_role(user: UUID, *, role: Role, by: Actor, at: datetime) -> RoleGrant:
    """Take a role from a member of staff; the next request is answered without it, and a desk that needs it closes.

    Order: grant, audit, topic accounts.role.changed, hint to their connections. Raises: role_not_held.
    """
    with db.unit(by=by, at=at, why="revoke role"):
        key = RoleGrant.objects.filter(user=user, role=role, until__isnull=True).values_list("pk", flat=True).first()
        if key is None:
            raise RoleNotHeld(role=role)
        (grant,) = db.lock(RoleGrant, key)
        grant.until = at
        grant.save()
        _tell(grant, "revoke")
    return grant


def _grant(user: User, *roles: Role) -> list[RoleGrant]:
    unit = db.current()
    _refuse_toxic(user.roles.union(roles))
    grants = [RoleGrant(user=user, role=role, granted_by=unit.by.id, since=unit.at) for role in roles]
    for grant in grants:
        grant.save()
        _tell(grant, "grant")
    return grants


def _refuse_toxic(roles: frozenset[str]) -> None:
    for pair in TOXIC_ROLES:
        if pair <= roles:
            raise RolesToxic(roles=sorted(pair))


def _tell(grant: RoleGrant, verb: str) -> None:
    subject, data = User.ref_of(grant.user_id), {"role": str(grant.role)}
    audit.record(action=f"accounts.role.{verb}", subject=subject, data={**data, "grant": grant.ref})
    outbox.publish(Topic.ROLE_CHANGED, subject=subject, data=data)
    live.recheck(subject)


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise PasswordWeak(field="password") from error
    user.set_password(password)
