"""How it looks: calm, one accent; a second, weaker colour for what is said beside; amber where something is wrong."""

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="dark",
    primary="#87afd7",
    accent="#87afd7",
    foreground="#d0d3d8",
    background="#16181c",
    surface="#16181c",
    panel="#1f2329",
    warning="#d7af5f",
    error="#d78787",
    dark=True,
    variables={
        "muted": "#878d96",
        "faint": "#4b5058",
        "row": "#262b33",
        "input-selection-background": "#87afd7 35%",
        "block-cursor-background": "#87afd7",
        "block-cursor-foreground": "#16181c",
    },
)

LIGHT = Theme(
    name="light",
    primary="#1f5f87",
    accent="#1f5f87",
    foreground="#22262b",
    background="#fafaf8",
    surface="#fafaf8",
    panel="#f0f0ec",
    warning="#875f00",
    error="#a02828",
    dark=False,
    variables={
        "muted": "#63696f",
        "faint": "#c4c6c2",
        "row": "#e6ebf0",
        "input-selection-background": "#1f5f87 25%",
        "block-cursor-background": "#1f5f87",
        "block-cursor-foreground": "#fafaf8",
    },
)

# The user's own sixteen colours.
_TERMINALS = BUILTIN_THEMES["ansi-dark"]
ANSI = replace(
    _TERMINALS,
    name="ansi",
    primary="ansi_cyan",
    accent="ansi_cyan",
    variables={
        **_TERMINALS.variables,
        "muted": "ansi_bright_black",
        "faint": "ansi_bright_black",
        "row": "ansi_default",
    },
)

ALL = {theme.name: theme for theme in (DARK, LIGHT, ANSI)}

DEFAULTS = {"muted": "#878d96", "faint": "#4b5058", "row": "#262b33"}
