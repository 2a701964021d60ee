"""The regulator's pages, in French: for now one that takes a call and shows what is proposed."""
