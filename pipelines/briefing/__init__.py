"""The briefing: a shortlist as a document for a council, in PDF and as one HTML file that needs nothing else."""

from pipelines.briefing.content import Document, briefing
from pipelines.briefing.pdf import pdf
from pipelines.briefing.webpage import html

__all__ = ["Document", "briefing", "html", "pdf"]
