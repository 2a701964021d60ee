"""The register of fragile persons that a town keeps (CCAS), by the consent of each of them."""
