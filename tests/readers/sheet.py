"""Reads a Talkdesk sheet in HTML from standard input and prints what a reader sees, as JSON."""

import json
import sys
from html.parser import HTMLParser


class Page(HTMLParser):
    """Collects tags, the text of some of them, and whatever could lead to another place."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags = set()
        self.texts = {"code": [], "li": [], "title": [], "style": []}
        self.addresses = []
        self.policy = None
        self.inside = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        attributes = dict(attrs)
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        for name in attributes:
            if name in ("href", "src", "action", "style", "srcset") or name.startswith("on"):
                self.addresses.append([tag, name, attributes[name]])
        if tag in self.texts:
            self.inside.append(tag)
            self.texts[tag].append("")

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if self.inside:
            self.texts[self.inside[-1]][-1] += data


page = Page()
page.feed(sys.stdin.buffer.read().decode())
page.close()
json.dump(
    {
        "tags": sorted(page.tags),
        "values": page.texts["code"],
        "items": page.texts["li"],
        "title": page.texts["title"][0],
        "style": page.texts["style"][0],
        "policy": page.policy,
        "addresses": page.addresses,
    },
    sys.stdout,
)
