namespace RollbackOps.Bench;

/// <summary>Where things lie in the checkout.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Manifest => Path.Combine(Root, "RollbackTools.psd1");

    public static string EmptyManifest { get; } = Directory
        .EnumerateFiles(Path.Combine(Root, "bench", "EmptyModule", "bin"), "EmptyModule.psd1", SearchOption.AllDirectories)
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
