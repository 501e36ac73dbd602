"""Bodies of applications, for customers and for reviewers."""

from rest_framework.serializers import FileField, ListField

from apps.accounts.enums import CustomerKind
from apps.compliance.enums import ApplicationStatus, DocumentKind, IdNumberKind, MediaType, RequestItem, TargetTier
from apps.core.api.fields import CodeField, DayField, FlagField, IdField, InstantField, TextField, WholeField
from apps.core.api.serializers import InputSerializer, OutputSerializer, PageQuery

_COUNTRY = "ISO 3166-1, two letters."


class NewApplicationSerializer(InputSerializer):
    target_tier = CodeField(choices=TargetTier.choices, default=TargetTier.TIER1)


class AddressSerializer(InputSerializer):
    line1 = TextField(max_length=200)
    line2 = TextField(max_length=200, required=False, allow_blank=True)
    city = TextField(max_length=100)
    region = TextField(max_length=100, required=False, allow_blank=True)
    postal_code = TextField(max_length=20, required=False, allow_blank=True)
    country = TextField(max_length=2, help_text=_COUNTRY)


class IdNumberSerializer(InputSerializer):
    kind = CodeField(choices=IdNumberKind.choices)
    country = TextField(max_length=2, help_text=f"The country that gave it: {_COUNTRY}")
    number = TextField(max_length=40)


class FactsSerializer(InputSerializer):
    legal_name = TextField(max_length=200, required=False, help_text="As in the document, in its own script.")
    born_on = DayField(required=False)
    nationality = TextField(max_length=2, required=False, help_text=_COUNTRY)
    address = AddressSerializer(required=False)
    id_number = IdNumberSerializer(required=False)


class FactsChangeSerializer(InputSerializer):
    facts = FactsSerializer(help_text="What is named is taken over; the rest stays.")


class NewDocumentSerializer(InputSerializer):
    kind = CodeField(choices=DocumentKind.choices)
    file = FileField(allow_empty_file=True, help_text="A JPEG or PNG image of at most 15 MB and 40 million pixels.")


class AddressShownSerializer(OutputSerializer):
    line1 = TextField()
    line2 = TextField()
    city = TextField()
    region = TextField()
    postal_code = TextField()
    country = TextField()


class IdNumberShownSerializer(OutputSerializer):
    kind = CodeField(choices=IdNumberKind.choices)
    country = TextField()
    last4 = TextField(help_text="The last characters; the whole number is not shown again.")


class FactsShownSerializer(OutputSerializer):
    legal_name = TextField(allow_null=True)
    born_on = DayField(allow_null=True)
    nationality = TextField(allow_null=True)
    address = AddressShownSerializer(allow_null=True)
    id_number = IdNumberShownSerializer(allow_null=True)


class KycDocumentSerializer(OutputSerializer):
    id = IdField(prefix="doc", source="pk")
    kind = CodeField(choices=DocumentKind.choices)
    media_type = CodeField(choices=MediaType.choices)
    width = WholeField()
    height = WholeField()
    created_at = InstantField()
    version = WholeField()


class WordingSerializer(OutputSerializer):
    code = TextField()
    text = TextField(help_text="In the language of the request.")


class AskedSerializer(OutputSerializer):
    items = WordingSerializer(many=True)
    due_at = InstantField()


class SummarySerializer(OutputSerializer):
    id = IdField(prefix="kyc", source="pk")
    kind = CodeField(choices=CustomerKind.choices)
    target_tier = TextField()
    status = CodeField(choices=ApplicationStatus.choices)
    submitted_at = InstantField(allow_null=True)
    decided_at = InstantField(allow_null=True)
    created_at = InstantField()
    version = WholeField()


class ApplicationSerializer(OutputSerializer):
    id = IdField(prefix="kyc", source="row.pk")
    kind = CodeField(choices=CustomerKind.choices, source="row.kind")
    target_tier = TextField(source="row.target_tier")
    status = CodeField(choices=ApplicationStatus.choices, source="row.status")
    facts = FactsShownSerializer()
    documents = KycDocumentSerializer(many=True)
    missing = ListField(child=TextField(), help_text="What has to be added before it can be submitted.")
    information_request = AskedSerializer(source="asked", allow_null=True)
    reasons = WordingSerializer(many=True, help_text="Why it was rejected.")
    submitted_at = InstantField(source="row.submitted_at", allow_null=True)
    decided_at = InstantField(source="row.decided_at", allow_null=True)
    created_at = InstantField(source="row.created_at")
    version = WholeField(source="row.version")


class ReviewQuery(PageQuery):
    status = CodeField(choices=ApplicationStatus.choices, required=False)


class ReviewSummarySerializer(SummarySerializer):
    customer = IdField(prefix="cus", source="customer_id")


class NumberSerializer(IdNumberShownSerializer):
    number = TextField(help_text="Empty for all but the reviewer who holds the work.")


class ReviewedFactsSerializer(FactsShownSerializer):
    id_number = NumberSerializer(allow_null=True)


class WorkSerializer(OutputSerializer):
    id = IdField(prefix="wki", source="pk")
    state = TextField()
    is_mine = FlagField(help_text="Whether the caller holds a live lease on it.")
    lease_until = InstantField(allow_null=True)
    version = WholeField()


class ReviewSerializer(ApplicationSerializer):
    customer = IdField(prefix="cus", source="row.customer_id")
    facts = ReviewedFactsSerializer()
    work_item = WorkSerializer(source="work", allow_null=True)
    same_number = ListField(child=TextField(), help_text="Other customers who state the same number.")


class _WorkInHand(InputSerializer):
    work_item = IdField(prefix="wki", help_text="The work that the caller holds.")
    work_item_version = WholeField(min_value=1, help_text="Its version as the caller saw it.")
    note = TextField(max_length=500, required=False, allow_blank=True, default="", help_text="For colleagues.")


class DecisionSerializer(_WorkInHand):
    verdict = CodeField(choices=["approve", "reject"])
    reason = TextField(max_length=40, help_text="A code of the dictionary of the verdict.")


class InformationSerializer(_WorkInHand):
    items = ListField(child=CodeField(choices=RequestItem.choices), min_length=1, max_length=len(RequestItem))


class InformationRequestSerializer(OutputSerializer):
    id = IdField(prefix="irq", source="pk")
    items = ListField(child=TextField())
    status = TextField()
    due_at = InstantField()
    created_at = InstantField()
    version = WholeField()
