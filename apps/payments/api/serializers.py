"""Bodies of payment methods and top-ups."""

from typing import Final

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from apps.core.api.fields import CodeField, FlagField, IdField, InstantField, MoneyField, TextField, WholeField
from apps.core.api.serializers import InputSerializer, OutputSerializer, PageQuery
from apps.partners.enums import OutcomeKind
from apps.payments.enums import Finding, MethodKind, MethodStatus, Settlement, TopUpStatus

_TOKEN: Final = RegexValidator(r"^pm_[A-Za-z0-9_]{1,80}$", _("Not a token of the card partner."))


class NewMethodSerializer(InputSerializer):
    token = TextField(
        max_length=100,
        validators=[_TOKEN],
        help_text="What the card partner's page gave for the card (`pm_...`). Never a card number.",
    )


class MethodSerializer(OutputSerializer):
    id = IdField(prefix="pme", source="pk")
    kind = CodeField(choices=MethodKind.choices)
    brand = TextField(help_text="Empty while the card is being added.")
    last4 = TextField()
    exp_month = WholeField(allow_null=True)
    exp_year = WholeField(allow_null=True)
    country = TextField()
    status = CodeField(choices=MethodStatus.choices)
    refusal_code = TextField(help_text="Why the card was refused; else empty.")
    created_at = InstantField()
    version = WholeField()


class NewTopUpSerializer(InputSerializer):
    wallet = IdField(prefix="wal")
    payment_method = IdField(prefix="pme")
    money = MoneyField(is_positive=True)


class TopUpSerializer(OutputSerializer):
    id = IdField(prefix="top", source="pk")
    wallet = IdField(prefix="wal", source="wallet_id")
    payment_method = IdField(prefix="pme", source="payment_method_id")
    money = MoneyField()
    status = CodeField(choices=TopUpStatus.choices)
    decline_code = TextField(help_text="Why no money was taken; else empty.")
    created_at = InstantField()
    captured_at = InstantField(allow_null=True, help_text="When the wallet was credited.")
    version = WholeField()


class NextActionSerializer(OutputSerializer):
    """What the owner of the card does now: confirm the payment with the card's bank, by the partner's own page code."""

    kind = TextField(default="confirm_with_bank")
    connector = TextField()
    client_secret = TextField(help_text="For the partner's code in the customer's browser or app; not to be kept.")
    expires_at = InstantField(source="action_expires_at", help_text="Afterwards it is canceled.")


class TopUpStateSerializer(TopUpSerializer):
    next_action = NextActionSerializer(allow_null=True, help_text="While `status` is `requires_action`; else null.")


class AttemptQuery(PageQuery):
    subject = TextField(max_length=80, required=False, help_text="The id of what the calls are about.")


class AttemptSerializer(OutputSerializer):
    id = IdField(prefix="att", source="pk")
    connector = TextField()
    environment = TextField()
    operation = TextField()
    subject = TextField()
    generation = WholeField()
    retry_no = WholeField()
    outcome = CodeField(choices=OutcomeKind.choices, allow_null=True, help_text="Null while it is under way.")
    code = TextField(allow_null=True)
    http_status = WholeField(allow_null=True)
    latency_ms = WholeField(allow_null=True)
    partner_ref = TextField(allow_null=True)
    partner_request_id = TextField(allow_null=True)
    prepared_at = InstantField()
    finished_at = InstantField(allow_null=True)


class ReadSerializer(OutputSerializer):
    """A top-up with what the partner last said of it."""

    id = IdField(prefix="top", source="row.pk")
    customer = IdField(prefix="cus", source="row.customer_id")
    money = MoneyField(source="row.money")
    status = CodeField(choices=TopUpStatus.choices, source="row.status")
    finding = CodeField(choices=Finding.choices, source="evidence.finding")
    reading = IdField(prefix="att", source="evidence.reading.pk", allow_null=True, default=None)
    proves_nothing_taken = FlagField(source="evidence.proves_nothing_taken")
    escalated_at = InstantField(source="row.escalated_at", allow_null=True)
    version = WholeField(source="row.version")


class SettleSerializer(InputSerializer):
    ended = CodeField(choices=Settlement.choices, help_text="As the partner's last reading says.")
    reason = TextField(max_length=40)
    note = TextField(max_length=500, required=False, allow_blank=True, default="")
    work_item = IdField(prefix="wki")
    work_item_version = WholeField()
