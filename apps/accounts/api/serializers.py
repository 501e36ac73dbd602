"""Bodies of customers and wallets."""

from apps.accounts.api.sockets import CONSUMER_PURPOSES, STAFF_PURPOSES
from apps.accounts.enums import CustomerKind, CustomerStatus, Direction, Operation, WalletKind, WalletStatus, Window
from apps.core.api.fields import CodeField, DayField, IdField, InstantField, MoneyField, TextField, WholeField
from apps.core.api.serializers import InputSerializer, OutputSerializer, PageQuery, QuerySerializer


class SocketPurposeSerializer(InputSerializer):
    purpose = CodeField(choices=CONSUMER_PURPOSES)


class StaffSocketPurposeSerializer(InputSerializer):
    purpose = CodeField(choices=STAFF_PURPOSES)


class SocketTicketSerializer(OutputSerializer):
    ticket = TextField()
    expires_in = WholeField(help_text="Seconds.")
    url = TextField(help_text="Where to connect, with the subprotocol `strongroom.v1`.")


class NewCustomerSerializer(InputSerializer):
    kind = CodeField(choices=CustomerKind.choices)
    legal_name = TextField(max_length=200, help_text="As in the person's papers, in its own script.")
    country = TextField(max_length=2, help_text="Where the person lives: ISO 3166-1, two letters.")


class CustomerChangeSerializer(InputSerializer):
    locale = TextField(max_length=12, required=False, help_text="BCP 47, for instance `de-AT`.")
    time_zone = TextField(max_length=40, required=False, help_text="A name of the IANA database.")


class CustomerSerializer(OutputSerializer):
    id = IdField(prefix="cus")
    user = IdField(prefix="usr")
    kind = CodeField(choices=CustomerKind.choices)
    legal_name = TextField()
    display_name = TextField(help_text="What other customers see.")
    email = TextField()
    country = TextField()
    locale = TextField()
    time_zone = TextField()
    status = CodeField(choices=CustomerStatus.choices)
    tier = TextField()
    receiving_wallet = IdField(prefix="wal", help_text="Where money from others arrives.")
    created_at = InstantField()
    version = WholeField()


class StandingSerializer(OutputSerializer):
    operation = CodeField(choices=Operation.choices)
    direction = CodeField(choices=Direction.choices)
    window = CodeField(choices=Window.choices)
    limit = MoneyField()
    used = MoneyField()
    left = MoneyField()
    resets_at = InstantField(allow_null=True, help_text="When the window begins anew; none where it slides.")


class WalletSerializer(OutputSerializer):
    id = IdField(prefix="wal", source="pk")
    kind = CodeField(choices=WalletKind.choices)
    name = TextField()
    default_currency = TextField()
    status = CodeField(choices=WalletStatus.choices)
    created_at = InstantField()
    version = WholeField()


class NewCurrencySerializer(InputSerializer):
    currency = TextField(max_length=12, help_text="ISO 4217.")


class BalanceSerializer(OutputSerializer):
    wallet = IdField(prefix="wal")
    currency = TextField()
    posted = MoneyField(help_text="All that is booked.")
    available = MoneyField(help_text="What can be used now.")
    pending_in = MoneyField(help_text="Coming in, and not yet usable.")


class EntriesQuery(PageQuery):
    currency = TextField(max_length=12)


class StatementQuery(QuerySerializer):
    currency = TextField(max_length=12)
    since = InstantField(required=False, help_text="From this booking instant on.")
    until = InstantField(required=False, help_text="Before this booking instant; without it, up to now.")


class EntrySerializer(OutputSerializer):
    id = TextField()
    kind = TextField(help_text="Code of the kind of transaction.")
    subject = TextField(help_text="Typed id of what moved the money.")
    money = MoneyField(help_text="Below zero for what went out.")
    balance_after = MoneyField()
    counterparty = TextField(help_text="Name of the other customer; empty where there is none.")
    posted_at = InstantField()
    effective_on = DayField()


class StatementSerializer(OutputSerializer):
    wallet = IdField(prefix="wal")
    currency = TextField()
    since = InstantField(allow_null=True)
    until = InstantField(allow_null=True)
    opening = MoneyField()
    debit = MoneyField()
    credit = MoneyField()
    closing = MoneyField(help_text="What is booked: opening + credit - debit.")
    entry_count = WholeField()
