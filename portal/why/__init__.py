"""« Pourquoi je vois cette page ? Qui d’autre la voit ? » : the decision itself, told to whoever asks."""
