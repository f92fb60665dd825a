"""The tables, one file each. Rows are added by `records.acting` alone; triggers forbid that one is changed."""

from tocsin.records.models.address import Address
from tocsin.records.models.api_token import ApiToken, ApiTokenRevocation, ApiTokenUse
from tocsin.records.models.audit_entry import AuditEntry
from tocsin.records.models.data_key import DataKey, Erasure
from tocsin.records.models.delivery import Delivery, DeliveryStep
from tocsin.records.models.edition import Edition
from tocsin.records.models.job import Job, Schedule
from tocsin.records.models.person import Person, RoleGrant
from tocsin.records.models.person_link import PersonLink, PersonLinkUse
from tocsin.records.models.record import Record, Step, Version
from tocsin.records.models.sign_off import SignOff, Submission, SubmissionPart

APPEND_ONLY = (
    AuditEntry,
    Version,
    Step,
    Submission,
    SubmissionPart,
    SignOff,
    Edition,
    RoleGrant,
    Erasure,
    PersonLink,
    PersonLinkUse,
    ApiToken,
    ApiTokenRevocation,
)
"""Tables whose rows are never changed and never removed."""

__all__ = [
    "APPEND_ONLY",
    "Address",
    "ApiToken",
    "ApiTokenRevocation",
    "ApiTokenUse",
    "AuditEntry",
    "DataKey",
    "Delivery",
    "DeliveryStep",
    "Edition",
    "Erasure",
    "Job",
    "Person",
    "PersonLink",
    "PersonLinkUse",
    "Record",
    "RoleGrant",
    "Schedule",
    "SignOff",
    "Step",
    "Submission",
    "SubmissionPart",
    "Version",
]
