"""Rule packs: dated, cited law and guidance as data, judged by one implementation. Pure."""
