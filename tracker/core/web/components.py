"""Form fields drawn as GOV.UK components. The macros are compiled once, and kept; what fields hold is in `forms`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from jinja2 import Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

from tracker.core import templates
from tracker.core.extensions import HOME
from tracker.core.languages import _, format_number

LOADER = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
# An environment of its own: the macros need lenient undefined values, and no request.
_environment = Environment(
    loader=LOADER,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    bytecode_cache=templates.kept_in(HOME / "templates"),
)

Params = dict[str, Any]


def macro(component: str, name: str) -> Callable[[Params], Markup]:
    """The macro of a component, such as ("error-summary", "govukErrorSummary"). It takes one dict of parameters."""
    template = _environment.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    return cast(Callable[[Params], Markup], getattr(template.module, name))


_input = macro("input", "govukInput")
_password = macro("password-input", "govukPasswordInput")
_textarea = macro("textarea", "govukTextarea")
_select = macro("select", "govukSelect")
_radios = macro("radios", "govukRadios")
_checkboxes = macro("checkboxes", "govukCheckboxes")
_file_upload = macro("file-upload", "govukFileUpload")
_error_summary = macro("error-summary", "govukErrorSummary")
_button = macro("button", "govukButton")


def text(words: object) -> Params:
    """A text parameter. Lazy strings are read here: the macros test and join plain ones."""
    return {"text": str(words)}


def common(field: Any, look: Mapping[str, Any]) -> Params:
    """What all components share: identity, hint, error. The macros link hint and error by aria-describedby."""
    params: Params = {"id": field.id, "name": field.name, "attributes": _attributes(field)}
    hint = look.get("hint") or field.description
    if hint:
        params["hint"] = text(hint)
    if field.errors:
        # All of them at once: who mends one should not meet the next only after sending again.
        params["errorMessage"] = {**text(" ".join(map(str, field.errors))), "visuallyHiddenText": _("Error")}
    classes = [str(look["classes"])] if look.get("classes") else []
    if look.get("group_classes"):
        params["formGroup"] = {"classes": look["group_classes"]}
    if look.get("width"):
        classes.append(f"govuk-input--width-{look['width']}")
    params["classes"] = " ".join(classes)
    return params


def _attributes(field: Any) -> Params:
    own = {key: value for key, value in (field.render_kw or {}).items() if value not in (None, False)}
    if field.flags.required:
        own["aria-required"] = "true"  # and not `required`: our own words say what is missing, in the reader's language
    if field.errors:
        own["aria-invalid"] = "true"
    if field.flags.maxlength:
        own["maxlength"] = str(field.flags.maxlength)
    return own


def _label(field: Any, look: Mapping[str, Any]) -> Params:
    heading = bool(look.get("heading"))
    size = look.get("label_size") or ("l" if heading else "")
    return {**text(field.label.text), "isPageHeading": heading, "classes": f"govuk-label--{size}" if size else ""}


def _fieldset(field: Any, look: Mapping[str, Any]) -> Params:
    heading = bool(look.get("heading"))
    size = look.get("label_size") or ("l" if heading else "")
    legend = {**text(field.label.text), "isPageHeading": heading, "classes": f"govuk-fieldset__legend--{size}"}
    return {"legend": legend if size else {**legend, "classes": ""}}


def draw_input(field: Any, look: Mapping[str, Any]) -> Markup:
    """A one-line text box, with its unit beside it."""
    params = common(field, look) | {
        "label": _label(field, look),
        "value": field._value(),
        "type": look.get("type") or "text",
        "autocomplete": look.get("autocomplete"),
        "inputmode": look.get("inputmode"),
        "spellcheck": look.get("spellcheck"),
    }
    for side in ("prefix", "suffix"):
        if look.get(side):
            params[side] = text(look[side])
    unit = look.get("suffix") or look.get("prefix")
    if unit:  # the component hides it from screen readers, so the label says it too
        spoken = Markup('{} <span class="govuk-visually-hidden">({})</span>').format(field.label.text, unit)
        params["label"] = {**params["label"], "html": spoken}
    return _input(params)


def draw_password(field: Any, look: Mapping[str, Any]) -> Markup:
    """A password box. What was typed is never sent back."""
    return _password(
        common(field, look)
        | {
            "label": _label(field, look),
            "autocomplete": look.get("autocomplete") or "current-password",
            "showPasswordText": _("Show password"),
            "hidePasswordText": _("Hide password"),
            "showPasswordAriaLabelText": _("Show password"),
            "hidePasswordAriaLabelText": _("Hide password"),
            "passwordShownAnnouncementText": _("Your password is visible"),
            "passwordHiddenAnnouncementText": _("Your password is hidden"),
        }
    )


def draw_textarea(field: Any, look: Mapping[str, Any]) -> Markup:
    """A text box of several lines. Of a first empty line a browser leaves out the end, unless it stands there twice."""
    value = field._value()
    shown = f"\n{value}" if value.startswith(("\n", "\r")) else value
    own = {"label": _label(field, look), "value": shown, "rows": look.get("rows") or 5}
    return _textarea(common(field, look) | own)


def draw_select(field: Any, look: Mapping[str, Any]) -> Markup:
    """A drop-down list."""
    items = [
        {"value": str(choice.value), "text": str(choice.label), "selected": bool(choice.selected)}
        for choice in field.iter_choices()
    ]
    return _select(common(field, look) | {"label": _label(field, look), "items": items})


def draw_radios(field: Any, look: Mapping[str, Any]) -> Markup:
    """One of a few choices. `conditional`: value → what is shown under that choice when it is taken."""
    inline = "govuk-radios--inline" if look.get("inline") else ""
    params = _group(field, look, _items(field, look), inline)
    # One radio cannot be invalid or required, the group can; a plain fieldset can be neither.
    params["fieldset"]["attributes"] = {"role": "radiogroup", **_attributes(field)}
    return _radios(params)


def draw_checkboxes(field: Any, look: Mapping[str, Any]) -> Markup:
    """Any of a few choices."""
    items = [{**item, "attributes": _attributes(field)} for item in _items(field, look)]
    return _checkboxes(_group(field, look, items, ""))


def draw_checkbox(field: Any, look: Mapping[str, Any]) -> Markup:
    """One yes or no, told by its own label; no legend repeats it."""
    item = {"value": "yes", **text(field.label.text), "checked": bool(field.data), "id": field.id}
    item["attributes"] = _attributes(field)
    return _checkboxes(_group(field, look, [item], "") | {"fieldset": None})


def _group(field: Any, look: Mapping[str, Any], items: Sequence[Params], classes: str) -> Params:
    params = common(field, look)
    params["classes"] = f"{params['classes']} {classes}".strip()
    return params | {"idPrefix": field.id, "fieldset": _fieldset(field, look), "items": items, "attributes": {}}


def _items(field: Any, look: Mapping[str, Any]) -> list[Params]:
    hints: Mapping[str, Any] = look.get("hints") or {}
    conditional: Mapping[str, Any] = look.get("conditional") or {}
    items: list[Params] = []
    for choice in field.iter_choices():
        item: Params = {"value": str(choice.value), **text(choice.label), "checked": bool(choice.selected)}
        if choice.value in hints:
            item["hint"] = text(hints[choice.value])
        if choice.value in conditional:
            item["conditional"] = {"html": conditional[choice.value]}
        items.append(item)
    return items


def draw_file(field: Any, look: Mapping[str, Any]) -> Markup:
    """A file to be sent along."""
    params = common(field, look) | {"label": _label(field, look)}
    attributes = {key: value for key, value in params["attributes"].items() if key != "aria-required"}
    if look.get("accept"):
        attributes["accept"] = look["accept"]
    if look.get("multiple"):  # listed beside the box by a script, where there is one
        attributes["multiple"] = {"value": True, "optional": True}
    if look.get("most_bytes"):  # said at once by a script where there is one; `files.store` refuses in any case
        attributes["data-t-max-bytes"] = str(look["most_bytes"])
        megabytes = format_number(look["most_bytes"] // (1024 * 1024))
        attributes["data-t-too-big"] = _(
            "The file is too large: at most %(megabytes)s MB are taken", megabytes=megabytes
        )
    return _file_upload(params | {"attributes": attributes})


def draw_error_summary(errors: Sequence[tuple[str, Any]]) -> Markup:
    """The list on top of a page that was not accepted: (id of the field or "", message), each a link to its field."""
    entries = [{**text(message), "href": f"#{identity}" if identity else None} for identity, message in errors]
    return _error_summary({"titleText": _("There is a problem"), "errorList": entries}) if entries else Markup("")


def draw_button(words: object, look: Mapping[str, Any]) -> Markup:
    """A button. `kind`: "secondary" or "warning"; `name` and `value` tell which one was pressed."""
    kind = look.get("kind")
    params = {**text(words), "preventDoubleClick": True, "name": look.get("name"), "value": look.get("value")}
    return _button(params | {"classes": f"govuk-button--{kind}" if kind else look.get("classes", "")})
