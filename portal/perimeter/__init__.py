"""« Périmètre de partage » : what management opens in its establishment, version by version, and what it changes."""
