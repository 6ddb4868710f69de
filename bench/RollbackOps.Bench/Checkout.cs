namespace RollbackOps.Bench;

/// <summary>Where things lie in the checkout.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Manifest => Path.Combine(Root, "RollbackTools.psd1");

    public static string EmptyManifest { get; } = Newest("EmptyModule", "EmptyModule.psd1");

    public static string ModuleProcess { get; } = Newest("ModuleProcess", "ModuleProcess.dll");

    public static string VercelStandIn { get; } = Newest("VercelStandIn", "VercelStandIn.dll");

    /// <summary>The shell as it is published for this platform.</summary>
    public static string PublishedShell => Path.Combine(Root, "src", "RollbackTools.Shell", "bin", "published", "rollback-shell");

    /// <summary>Vercel's own CLI, where <c>.ci/run</c> installs it.</summary>
    public static string VercelCli => Path.Combine(
        Environment.GetEnvironmentVariable("ROLLBACKOPS_PEERS")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "rollbackops-peers"),
        "node_modules", "vercel", "dist", "vc.js");

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
