"""What of Streamlit is not used, because it leaks or forgets (docs/house.md, section 3)."""

import ast

from tests.house.sources import calls, code, dotted, imported, name_of, place, tree

BANNED = {
    "cache_data",
    "cache_resource",
    "experimental_memo",
    "experimental_singleton",
    "download_button",
    "image",
    "audio",
    "video",
    "logo",
    "pdf",
    "file_uploader",
    "camera_input",
    "audio_input",
    "html",
    "iframe",
    "login",
    "logout",
}
SESSION = "consent/ui/session.py"


def test_nothing_caches_serves_or_signs_in_by_streamlit_itself() -> None:
    used = [
        place(path, node)
        for path in code()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and dotted(node.value) == "st" and node.attr in BANNED
    ]
    assert not used, "\n".join(used)


def test_streamlit_has_one_name_so_that_the_other_rules_see_it() -> None:
    taken = [
        f"{name_of(path)}: {name}"
        for path in code()
        for name in imported(path)
        if name.startswith("streamlit.") and name.removeprefix("streamlit.").split(".")[0] in BANNED
    ]
    renamed = [
        place(path, node)
        for path in code()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.alias) and node.name == "streamlit" and node.asname != "st"
    ]
    assert (taken, renamed) == ([], [])


def test_session_state_has_one_user() -> None:
    users = {
        name_of(path)
        for path in code()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr == "session_state")
        or (isinstance(node, ast.alias) and node.name == "session_state")
    }
    assert users == {SESSION}


def test_nobody_writes_html_of_their_own_into_a_page() -> None:
    unsafe = [
        place(path, call)
        for path in code()
        for call in calls(path)
        for keyword in call.keywords
        if keyword.arg in {"unsafe_allow_html", "unsafe_allow_javascript"}
    ]
    assert not unsafe, "\n".join(unsafe)
