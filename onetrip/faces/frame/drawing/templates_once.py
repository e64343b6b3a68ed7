"""Templates that are put together once a language: what is the same on every showing is written out beforehand.

Words to translate, addresses of files and pages, icons: where all of it is said in the template, it becomes text when
the template is read. What is left to do for a page is what differs from page to page.
"""

from collections.abc import Iterator
from typing import Any

from django.template import Context, Node, NodeList, Template
from django.template.base import FilterExpression, TextNode
from django.template.defaulttags import LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.translation import get_language

from onetrip.faces.frame.templatetags.frame import icon


class Loader(cached.Loader):
    """Django's loader that reads each template once; here once for each language."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        return f"{get_language()} {super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        key = self.cache_key(template_name, skip)
        template: Template | None = self.get_template_cache.get(key)
        if template is None:
            template = super(cached.Loader, self).get_template(template_name, skip)
            _write_out(template.nodelist, template)  # before anybody else sees it
            self.get_template_cache[key] = template
        return template


def _write_out(nodes: NodeList, template: Template) -> None:
    """Replace every node that knows its text by the text, here and in all lists below."""
    for node in nodes:
        for name in getattr(node, "child_nodelists", ()):
            below = getattr(node, name, None)
            if isinstance(below, NodeList):
                _write_out(below, template)
        for _condition, below in getattr(node, "conditions_nodelists", ()):
            _write_out(below, template)
    nodes[:] = list(_joined(_as_text(node, template) for node in nodes))


def _as_text(node: Node, template: Template) -> Node:
    if not _is_fixed(node):
        return node
    context = Context()
    try:
        with context.bind_template(template):
            return _placed(TextNode(str(node.render(context))), node)
    except NoReverseMatch:  # a page that only some installations have, behind a condition
        return node


def _joined(nodes: Iterator[Node]) -> Iterator[Node]:
    """Put texts that follow one another together."""
    text: TextNode | None = None
    for node in nodes:
        if type(node) is not TextNode:
            if text is not None:
                yield text
                text = None
            yield node
        elif text is None:
            text = node
        else:
            text = _placed(TextNode(text.s + node.s), text)
    if text is not None:
        yield text


def _placed(text: TextNode, node: Node) -> TextNode:
    """Let errors be told at the place in the file where the node stood."""
    text.token, text.origin = node.token, node.origin
    return text


def _is_fixed(node: Node) -> bool:
    """Say whether the node would show the same on every page in this language."""
    if type(node) is LoadNode:
        return True
    if type(node) is TranslateNode:
        said = node.filter_expression
        return node.asvar is None and node.message_context is None and not said.filters and _is_said(said)
    if type(node) is StaticNode:
        return node.varname is None and _is_constant(node.path)
    if type(node) is URLNode:
        known = not node.args and not node.kwargs
        return node.asvar is None and known and _is_constant(node.view_name)
    if type(node) is SimpleNode:
        values = [*node.args, *node.kwargs.values()]
        return node.func is icon and node.target_var is None and all(map(_is_constant, values))
    return False


def _is_constant(expression: FilterExpression) -> bool:
    """A text in quotes; `_("…")` depends on the language, which is the template's own here."""
    return not expression.filters and (not expression.is_var or _is_said(expression))


def _is_said(expression: FilterExpression) -> bool:
    variable = expression.var
    return getattr(variable, "literal", None) is not None
