from pathlib import Path

import pytest

from server.actions.plan_choices import offered
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Capacity
from tests.support.paired import NOW, paired


async def test_a_form_offers_the_own_school_first_and_what_can_be_taught(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        found = await offered(schools.database, schools.village.acting(), NOW)
        assert found["me"] == schools.village.teacher.id
        assert found["forms"] == ["sync_class", "delivery_class"]
        assert [one["name"] for one in found["schools"]] == ["齐溪镇中心小学", "开化县实验小学"]
        own = found["schools"][0]
        assert [(one["name"], one["expected"]) for one in own["class_groups"]] == [("三(1)班", 24)]


async def test_who_plans_nothing_is_offered_nothing(tmp_path: Path) -> None:
    async with paired(tmp_path) as schools:
        with pytest.raises(RefusedError) as refused:
            await offered(schools.database, schools.town.acting(Capacity.INSPECTOR), NOW)
        assert refused.value.refusal is Refusal.NOT_YOURS
