"""Facewright engine scans."""
