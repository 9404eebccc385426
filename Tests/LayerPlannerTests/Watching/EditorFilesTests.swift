import LayerPlanner
import Testing

@Suite struct EditorFilesTests {
  @Test(arguments: [
    (".x.swp", true), (".x.swo", true), (".x.swpx", true), ("4913", true), ("x~", true),
    (".x~", true), (".#x", true), ("#x#", true), ("x___jb_tmp___", true),
    ("x___jb_old___", true), ("Dockerfile~", true),
    ("", false), ("x", false), ("x.swp", false), (".swp", false), (".x.swf", true),
    (".x.swift", false), (".x.swz", false), ("49130", false), ("14913", false), ("~", false),
    ("~x", false), ("#x", false), ("x#", false), ("#", false), ("##", false), (".#", false),
    ("___jb_tmp___", false), ("..", false), (".", false), (".~", false), (".gitignore", false),
  ])
  func tellsAnEditorsFileByItsName(_ name: String, _ expected: Bool) {
    #expect(EditorFiles.isTemporary(Array(name.utf8)) == expected)
  }
}
