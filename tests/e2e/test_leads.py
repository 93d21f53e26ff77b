"""A mail is pasted, becomes a lead with its person, company, note and task, and then a deal."""

from playwright.sync_api import expect

from rapport.sales.leads.models import Lead
from tests.e2e.site import Site

MAIL = """From: Anna Berg <anna@hexa-logistics.example>
Subject: Re: A price for 40 seats

We need 40 seats by spring.

Best regards
Anna Berg
Head of Purchasing
Hexa Logistics GmbH
"""


def test_a_mail_becomes_a_lead_and_a_deal(site: Site) -> None:
    page = site.open("/leads")
    page.get_by_role("link", name="Paste", exact=True).click()
    page.get_by_label("A mail with its signature").fill(MAIL)
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_label("What they want")).to_have_value("A price for 40 seats")
    page.get_by_role("button", name="Make the lead").click()
    expect(page.get_by_role("heading", name="A price for 40 seats")).to_be_visible()
    expect(page.locator("#panel-score")).to_contain_text("Decides")
    expect(page.locator("#history")).to_contain_text("Answer Anna Berg")
    page.get_by_role("link", name="Make a deal").click()
    page.get_by_label("Amount").fill("12000")
    page.get_by_role("button", name="Make the deal").click()
    expect(page.get_by_text("The lead is a deal now.")).to_be_visible()
    lead = Lead.objects.select_related("deal", "company").get()
    assert (lead.status, lead.deal.amount_minor, lead.deal.company_id) == ("qualified", 1_200_000, lead.company_id)
    assert lead.company.title == "Hexa Logistics GmbH"
