enum EngineFailure {
  case unreachable, other
  static func classify(_ t: String) -> EngineFailure {
    t.contains("Cannot connect") ? .unreachable : .other
  }
}
