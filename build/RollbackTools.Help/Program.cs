using RollbackTools.Help;

const string Usage = "Usage: RollbackTools.Help <RollbackTools.dll> <repository root> (--verify | --stamp <file>)";

if (args is not [var module, var root, var mode, .. var rest])
{
    Console.Error.WriteLine(Usage);
    return 64;
}

root = Path.GetFullPath(root);
var files = HelpFiles.Of(Path.GetFullPath(module));
switch (mode, rest)
{
    case ("--verify", []):
        var differences = files.Compare(root);
        foreach (var difference in differences)
        {
            // The form that MSBuild reads as an error of that file.
            Console.WriteLine($"{difference.Path} : error HELP001: {difference.What}.");
        }

        return differences.Count == 0 ? 0 : 1;
    case ("--stamp", [var stamp]):
        foreach (var changed in files.Write(root))
        {
            Console.WriteLine($"Help: {changed}");
        }

        File.WriteAllLines(stamp, files.Paths);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 64;
}
