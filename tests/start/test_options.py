"""The options of Streamlit that the guard relies on: compared at start, and held afterwards (catalogue H40)."""

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from consent.errors import SettingRefused
from consent.options import RELIED_ON, check, variable, written
from consent.ui.options import found, hold
from tests.running_app import ROOT
from tests.start.conftest import refused

NO_FLAGS: dict[str, Any] = {}


@pytest.fixture
def parsed_again() -> Iterator[None]:
    """Whatever a test does to the options, the files hold again afterwards."""
    yield
    config.get_config_options(force_reparse=True, options_from_flags=NO_FLAGS)


def another(value: object) -> object:
    """A value that this option must not have."""
    if isinstance(value, bool):
        return not value
    return {int: 199, str: "other", list: ["https://evil.example"], dict: {}}[type(value)]


def test_the_projects_file_sets_every_option_that_the_guard_relies_on() -> None:
    assert written([ROOT], {}).items() >= RELIED_ON.items()
    check(found)


@pytest.mark.usefixtures("parsed_again")
@pytest.mark.parametrize("option", RELIED_ON)
def test_h40_the_start_refuses_every_option_of_another_value_and_names_it(option: str) -> None:
    config.set_option(option, another(RELIED_ON[option]))
    with pytest.raises(SettingRefused) as caught:
        hold(public_url="", demo=True)
    assert option in caught.value.what
    assert variable(option) in caught.value.next_step


@pytest.mark.parametrize(
    ("option", "value"), [("server.maxMessageSize", "200"), ("server.enableStaticServing", "true")]
)
def test_h40_a_real_start_with_another_flag_ends_with_its_name(
    option: str, value: str, production: dict[str, str]
) -> None:
    said = refused(production, f"--{option}", value)
    assert said.splitlines()[-1].startswith(f"Streamlit's option {option} is not")


def test_h40_a_real_start_with_another_environment_ends_with_its_name(production: dict[str, str]) -> None:
    said = refused(production | {variable("client.showErrorDetails"): "full"})
    assert said.startswith("Streamlit's option client.showErrorDetails is not")


@pytest.mark.parametrize("option", RELIED_ON)
def test_the_name_in_the_environment_is_streamlits_own(option: str) -> None:
    assert config.get_config_options()[option].env_var == variable(option)


@pytest.mark.parametrize(
    ("option", "text"),
    [("server.enableCORS", "false"), ("server.maxUploadSize", "200"), ("server.address", "192.0.2.1")],
)
def test_a_command_reads_the_environment_as_streamlit_does(option: str, text: str) -> None:
    with pytest.raises(SettingRefused, match=option):
        check(written([ROOT], {variable(option): text}).get)


@pytest.mark.usefixtures("parsed_again")
def test_a_file_that_changes_while_the_server_runs_changes_no_option() -> None:
    let_go = hold(public_url="https://consent.example", demo=False)
    try:
        config.get_config_options(force_reparse=True, options_from_flags={"server.maxUploadSize": 200})
        check(found)
        hosts = ("consent.example", "localhost:8501", "evil.example")
        assert [is_host_allowed(host) for host in hosts] == [True, False, False]
    finally:
        let_go()


@pytest.mark.usefixtures("parsed_again")
def test_streamlit_takes_sockets_for_names_of_this_machine_in_a_demo_only() -> None:
    hold(public_url="", demo=True)()
    hosts = ("localhost:8501", "127.0.0.1:8501", "[::1]:8501", "evil.example")
    assert [is_host_allowed(host) for host in hosts] == [True, True, True, False]
