"""The two label files with which glabels merges our cards: fields, photo and code on a CR80 card. No code of ours."""

from __future__ import annotations

_DOCUMENT = """<?xml version="1.0"?>
<Glabels-document xmlns="http://glabels.org/xmlns/3.0/">
  <Template brand="bench" part="CR80" size="Other" width="85.6mm" height="53.98mm" description="card">
    <Label-rectangle id="0" width="85.6mm" height="53.98mm" round="0mm" x_waste="0mm" y_waste="0mm">
      <Layout nx="1" ny="1" x0="0mm" y0="0mm" dx="85.6mm" dy="53.98mm"/>
    </Label-rectangle>
  </Template>
  <Objects id="0" rotate="False">{objects}
  </Objects>
  <Merge type="Text/Comma/Line1Keys" src="cards.csv"/>
</Glabels-document>
"""
_TEXT = """
    <Object-text x="{x}mm" y="{y}mm" w="50mm" h="6mm" justify="Left" valign="Top" auto_shrink="True"
      a0="1" a1="0" a2="0" a3="1" a4="0mm" a5="0mm"><Span font_family="Noto Sans CJK SC" font_size="{size}"
      font_weight="Regular" font_italic="False" color="0x000000ff" line_spacing="1">{content}</Span></Object-text>"""
_PHOTO = """
    <Object-image x="4mm" y="14mm" w="22mm" h="27mm" field="photo"
      a0="1" a1="0" a2="0" a3="1" a4="0mm" a5="0mm"/>"""
_CODE = """
    <Object-barcode x="57mm" y="25mm" w="25mm" h="25mm" backend="libqrencode" style="IEC18004" text="False"
      checksum="False" color="0x000000ff" field="token" a0="1" a1="0" a2="0" a3="1" a4="0mm" a5="0mm"/>"""


def _field(name: str, x: float, y: float, size: int = 9) -> str:
    return _TEXT.format(x=x, y=y, size=size, content=f'<Field name="{name}"/>')


_FIELDS = "".join(_field(name, 28, 14 + 6 * at) for at, name in enumerate(("name", "number", "company", "issuer")))
_TITLE = _TEXT.format(x=4, y=4, size=12, content="居家上门服务证")
_LINES = "".join(_TEXT.format(x=4, y=6 + 7 * at, size=8, content=f"使用须知第 {at + 1} 条") for at in range(5))

FRONT = _DOCUMENT.format(objects=_TITLE + _PHOTO + _FIELDS + _CODE)
BACK = _DOCUMENT.format(objects=_LINES + _field("issuer", 4, 44, 8))
