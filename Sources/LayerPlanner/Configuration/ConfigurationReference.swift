/// The reference of all keys, made from the table that validation uses.
public enum ConfigurationReference {
  /// The reference as Markdown: a table for each section.
  public static var markdown: String {
    var text = """
      # Configuration

      Every key of `.sindri-watch.conf`. A key marked with * may stand several times, and every value
      counts; an empty value forgets those before it. Of the others the last value counts.


      """
    var sections: [(header: String, keys: [ConfigurationSchema.Key])] = []
    for key in ConfigurationSchema.keys {
      let header = key.subsection.map { "[\(key.section) \"\($0)\"]" } ?? "[\(key.section)]"
      if sections.last?.header != header { sections.append((header, [])) }
      sections[sections.count - 1].keys.append(key)
    }
    for section in sections {
      text += "## `\(section.header)`\n\n| key | value | default | |\n|---|---|---|---|\n"
      for key in section.keys {
        let star = key.isMultiple ? " *" : ""
        let fallback = key.defaultText.map { "`\($0)`" } ?? ""
        let type = key.type.name.split(separator: "|" as Character).joined(separator: "\\|")
        text += "| `\(key.name)`\(star) | \(type) | \(fallback) | \(key.summary) |\n"
      }
      text += "\n"
    }
    return text
  }
}
