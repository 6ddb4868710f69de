namespace RollbackOps.Bench;

/// <summary>Where things lie in the checkout.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Manifest => Path.Combine(Root, "RollbackTools.psd1");

    public static string EmptyManifest { get; } = Newest("EmptyModule", "EmptyModule.psd1");

    public static string ModuleProcess { get; } = Newest("ModuleProcess", "ModuleProcess.dll");

    private static string Newest(string project, string file) => Directory
        .EnumerateFiles(Path.Combine(Root, "bench", project, "bin"), file, SearchOption.AllDirectories)
        .OrderByDescending(File.GetLastWriteTimeUtc)
        .First();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RollbackTools.psd1")))
        {
            folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))
                ?? throw new InvalidOperationException("The checkout's root was not found.");
        }

        return folder;
    }
}
