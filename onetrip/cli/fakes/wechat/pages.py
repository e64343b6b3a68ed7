"""The pages that people see: the chat, OAuth's consent, and what scanning a code shows. No scripts are needed."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

_STYLE = """
*{box-sizing:border-box}
body{margin:0;font:17px/1.5 system-ui,'PingFang SC','Noto Sans CJK SC',sans-serif;background:#ededed;color:#1a1a1a}
main{max-width:28rem;margin:0 auto;min-height:100vh;display:flex;flex-direction:column}
header{position:sticky;top:0;background:#ededed;border-bottom:1px solid #d5d5d5;padding:.6rem 1rem;text-align:center}
header h1{font-size:1.05rem;margin:0}
.note{background:#fff3d6;color:#4a3800;font-size:.85rem;padding:.5rem 1rem;margin:0}
.note a{color:#4a3800}
ol{list-style:none;margin:0;padding:1rem;flex:1;display:flex;flex-direction:column;gap:.9rem}
li{display:flex;gap:.6rem;align-items:flex-start}
li.mine{flex-direction:row-reverse}
.face{flex:none;width:2.4rem;height:2.4rem;border-radius:6px;background:#1f5fbf;color:#fff;display:grid;
place-items:center;font-weight:600}
li.mine .face{background:#6b4fa0}
.bubble{background:#fff;border-radius:8px;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;max-width:80%}
li.mine .bubble{background:#95ec69}
.bubble a,.card a{color:#1f5fbf}
.card{background:#fff;border-radius:8px;flex:1;overflow:hidden}
.card>a,.card>div{display:block;padding:.75rem .9rem;text-decoration:none;color:inherit}
.card>a+a{border-top:1px solid #eee}
.card strong{display:block}
.card span{color:#5b5b5b;font-size:.9rem;display:block;white-space:pre-line}
#end{scroll-margin-bottom:14rem}
.card dl{margin:.3rem 0 0;display:grid;grid-template-columns:auto 1fr;gap:.1rem .8rem}
.card dt{color:#5b5b5b}.card dd{margin:0}
footer{position:sticky;bottom:0;background:#f7f7f7;border-top:1px solid #d5d5d5}
form{display:flex;gap:.5rem;padding:.5rem .75rem;margin:0}
input,select{flex:1;min-width:0;font:inherit;padding:.55rem .7rem;border:1px solid #767676;border-radius:6px;
background:#fff;color:inherit}
button,.button{font:inherit;border:0;border-radius:6px;padding:.55rem .9rem;background:#067a3f;color:#fff;
cursor:pointer;text-decoration:none;text-align:center}
button.quiet,.menu button,.menu a{background:#fff;color:#1a1a1a;border:1px solid #d5d5d5}
.menu{display:flex;border-bottom:1px solid #e2e2e2}
.menu>*{flex:1;padding:0}.menu form{padding:0}
.menu button,.menu .button,.menu summary{width:100%;display:block;border:0;border-right:1px solid #e2e2e2;
border-radius:0;background:#f7f7f7;text-align:center;padding:.6rem .25rem;color:#1a1a1a;cursor:pointer;list-style:none}
.menu details[open]>div{position:absolute;bottom:100%;background:#fff;border:1px solid #d5d5d5;min-width:33%}
details>summary{cursor:pointer;padding:.5rem .75rem}
.who{padding:1.5rem 1rem;display:grid;gap:.75rem}
.who form{padding:0}.who button{width:100%;padding:.8rem}
"""
_NOTE = "示例城市的模拟微信，不是腾讯的微信。<br>A sample: this is not WeChat."
_LINK = re.compile(r"&lt;a href=&quot;(https?://[^&\s]+(?:&amp;[^&\s]+)*)&quot;&gt;(.*?)&lt;/a&gt;")
# Names of places, in GCJ-02 as the phone's map writes them.
PLACES = {
    "二七纪念塔": (34.7523, 113.6658),
    "郑州火车站": (34.7458, 113.6577),
    "郑州东站": (34.7597, 113.7794),
}


def frame(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style><main>{body}</main></html>"
    )


def choose_person(people: Iterable[Mapping[str, Any]], *, onward: str) -> str:
    """Ask whose phone this is."""
    rows = "".join(
        f'<form method="post" action="/person"><input type="hidden" name="next" value="{escape(onward)}">'
        f'<button class="quiet" name="openid" value="{escape(each["openid"])}">'
        f"{escape(each['nickname'])}</button></form>"
        for each in people
    )
    return frame(
        "模拟微信",
        f'<header><h1>模拟微信</h1></header><p class="note">{_NOTE}</p><section class="who"><h2>这是谁的手机？<br>'
        f"Whose phone is this?</h2>{rows}</section>",
    )


def consent(person: Mapping[str, Any], *, query: Mapping[str, str]) -> str:
    """Ask whether the page may know the name (scope snsapi_userinfo)."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in query.items()
    )
    return frame(
        "授权登录",
        f'<header><h1>授权登录</h1></header><p class="note">{_NOTE}</p><section class="who"><p>'
        f"「就跑一次」想知道您的昵称（{escape(person['nickname'])}）。<br>The page would like to know your name.</p>"
        f'<form method="post" action="/connect/oauth2/authorize">{fields}<button>允许 · Allow</button></form>'
        "</section>",
    )


def scanned(scene: str, *, ticket: str, person: Mapping[str, Any]) -> str:
    """Show what scanning the account's code leads to."""
    verb = "进入公众号 · Open the account" if person["follows"] else "关注公众号 · Follow"
    return frame(
        "就跑一次",
        f'<header><h1>就跑一次</h1></header><p class="note">{_NOTE}</p><section class="who"><p>扫到二维码：'
        f'{escape(scene)}</p><form method="post" action="/chat/scan"><input type="hidden" name="ticket" '
        f'value="{escape(ticket)}"><button>{verb}</button></form></section>',
    )


def failed(words: str) -> str:
    """Say what went wrong, as WeChat does on a bare page."""
    return frame(
        "微信", f'<header><h1>微信</h1></header><section class="who"><p>{escape(words)}</p></section>'
    )


def chat(
    person: Mapping[str, Any],
    lines: Iterable[Mapping[str, Any]],
    menu: Mapping[str, Any] | None,
    *,
    site_url: str,
) -> str:
    """Show the chat with the account."""
    shown = "".join(_line(line, person) for line in lines)
    if not person["follows"]:
        foot = '<form method="post" action="/chat/follow"><button>关注公众号 · Follow</button></form>'
    else:
        foot = f"{_menu(menu)}{_say_form()}{_more()}"
    return frame(
        "就跑一次",
        f'<header><h1>就跑一次</h1></header><p class="note">{_NOTE} <a href="{escape(site_url)}">'
        f'城市首页 · The city</a> · <a href="/person">{escape(person["nickname"])}</a></p>'
        f'<ol id="lines">{shown}<li id="end"></li></ol><footer>{foot}</footer>',
    )


def _say_form() -> str:
    return (
        '<form method="post" action="/chat/say"><input name="text" aria-label="说什么 · What to say" '
        'autocomplete="off" '
        'placeholder="身份证 / jsz" maxlength="600" required><button>发送</button></form>'
    )


def _more() -> str:
    places = "".join(f"<option>{escape(name)}</option>" for name in PLACES)
    return (
        "<details><summary>更多 · More</summary>"
        '<form method="post" action="/chat/location"><select name="place" aria-label="位置 · Place">'
        f'{places}</select><button class="quiet">发送位置 · Send place</button></form>'
        '<form method="post" action="/chat/here"><select name="place" aria-label="当前位置 · Where the phone is">'
        f'{places}</select><button class="quiet">上报位置 · Report place</button></form>'
        '<form method="get" action="/chat"><button class="quiet">刷新 · Reload</button></form>'
        '<form method="post" action="/chat/unfollow"><button class="quiet">取消关注 · Unfollow</button></form>'
        "</details>"
    )


def _menu(menu: Mapping[str, Any] | None) -> str:
    if not menu:
        return ""
    return f'<nav class="menu">{"".join(_button(each) for each in menu["button"])}</nav>'


def _button(button: Mapping[str, Any]) -> str:
    name = escape(str(button["name"]))
    if button.get("sub_button"):
        below = "".join(_button(each) for each in button["sub_button"])
        return f"<details><summary>{name}</summary><div>{below}</div></details>"
    if button["type"] == "view":
        return f'<a class="button" href="{escape(str(button["url"]))}">{name}</a>'
    return (
        f'<form method="post" action="/chat/press"><button name="key" value="{escape(str(button["key"]))}">{name}'
        "</button></form>"
    )


def _line(line: Mapping[str, Any], person: Mapping[str, Any]) -> str:
    mine = bool(line["mine"])
    face = escape(person["nickname"][0]) if mine else "办"
    return f'<li class="{"mine" if mine else "theirs"}"><div class="face">{face}</div>{_said(line)}</li>'


def _said(line: Mapping[str, Any]) -> str:
    content = line["content"]
    if line["kind"] == "news":
        cards = "".join(
            f'<a href="{escape(card.get("Url", ""))}"><strong>{escape(card.get("Title", ""))}</strong>'
            f"<span>{escape(card.get('Description', ''))}</span></a>"
            for card in content["cards"]
        )
        return f'<div class="card">{cards}</div>'
    if line["kind"] == "template":
        fields = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in content["fields"].items())
        link = f'<a href="{escape(content["url"])}">查看详情</a>' if content["url"] else ""
        return f'<div class="card"><div><strong>服务通知</strong><dl>{fields}</dl></div>{link}</div>'
    return f'<div class="bubble">{_LINK.sub(_anchor, escape(content.get("text", "")))}</div>'


def _anchor(found: "re.Match[str]") -> str:
    """Texts may hold links; anything else in them is shown as it was written."""
    return f'<a href="{found[1]}">{found[2]}</a>'


def back_with(redirect_uri: str, *, code: str, state: str) -> str:
    """Return the address that OAuth leads back to."""
    mark = "&" if "?" in redirect_uri else "?"
    return f"{redirect_uri}{mark}{urlencode({'code': code, 'state': state})}"
