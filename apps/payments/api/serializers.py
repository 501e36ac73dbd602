"""Bodies of payment methods and top-ups."""

from typing import Final

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from apps.core.api.fields import CodeField, IdField, InstantField, MoneyField, TextField, WholeField
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.payments.enums import MethodKind, MethodStatus, TopUpStatus

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
