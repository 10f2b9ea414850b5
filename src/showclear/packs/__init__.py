"""Rule packs that ship with Showclear: data, one folder an instrument."""
