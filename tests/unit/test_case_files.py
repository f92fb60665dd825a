"""A case in plain files becomes editions."""

from tocsin.core.model.edition import Edition


def test_the_armenia_case_has_41_claims_of_which_39_stood_in_october(armenia: tuple[Edition, Edition]) -> None:
    first, second = armenia
    assert len(second.content.claims) == 41
    assert {claim.id for claim in second.content.claims} - {claim.id for claim in first.content.claims} == {
        "C13",
        "C14",
    }
