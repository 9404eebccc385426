import Glibc
import LayerPlanner

@main
enum Main {
  static func main() {
    print("sindri-watch")
  }
}
