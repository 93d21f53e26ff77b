"""All tables of the engine, gathered where Django looks for them."""

from rapport.core.access.models import Share
from rapport.core.archives.models import ArchiveRun
from rapport.core.arranging.models import Layout
from rapport.core.changes.models import BulkRun
from rapport.core.definitions.custom_records import CustomRecord
from rapport.core.definitions.models import Definitions, FieldDef, ObjectDef
from rapport.core.events.models import Act, Change, ConsumerCursor, Event, EventLink, Handled, Parked, SealState
from rapport.core.exporting.models import ExportRun
from rapport.core.files.models import File
from rapport.core.importing.models import ExternalId, ImportRow, ImportRun
from rapport.core.jobs.models import Job, Schedule, Worker
from rapport.core.mentions.models import Mention
from rapport.core.merging.models import Moved
from rapport.core.money_rates.models import MoneyRate
from rapport.core.notices.models import Follow, Notice, NoticeChoice
from rapport.core.quality.models import CheckSetting, Finding, QualityDay, QualityRun
from rapport.core.records.models import Alias, Record, RecordLink, Submission
from rapport.core.search.models import SearchEntry, SearchScope
from rapport.core.segments.models import Segment
from rapport.core.tags.models import Tag, TagLink
from rapport.core.timeline.models import Pin
from rapport.core.unsent.models import Unsent
from rapport.core.views.models import ListSetting, RoleView, View, ViewChoice

__all__ = [
    "Act", "Alias", "ArchiveRun", "BulkRun", "Change", "CheckSetting", "ConsumerCursor", "CustomRecord",
    "Definitions", "Event", "EventLink", "ExportRun", "ExternalId", "FieldDef", "File", "Finding", "Follow",
    "Handled", "ImportRow", "ImportRun", "Job", "Layout", "ListSetting", "Mention", "MoneyRate", "Moved", "Notice",
    "NoticeChoice", "ObjectDef", "Parked", "Pin", "QualityDay", "QualityRun", "Record", "RecordLink", "RoleView",
    "Schedule", "SealState", "SearchEntry", "SearchScope", "Segment", "Share", "Submission", "Tag", "TagLink",
    "Unsent", "View", "ViewChoice", "Worker",
]  # fmt: skip
