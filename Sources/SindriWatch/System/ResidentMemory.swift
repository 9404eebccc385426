import CLinux

/// Gives back the memory of the code that only the start needed. The program waits most of its
/// life, and then needs little of its code; what it needs again comes from the page cache.
func releaseStartUpCode() {
  _ = sindri_release_code()
}
