namespace RollbackTools.Tests.Hosting;

/// <summary>Where things lie in the checkout that these tests were built in.</summary>
internal static class Checkout
{
    /// <summary>The repository's root: the folder that holds the manifest.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The module's manifest.</summary>
    public static string Manifest => Path.Combine(Root, "RollbackTools.psd1");

    /// <summary>The staged module.</summary>
    public static string Bin => Path.Combine(Root, "bin");

    /// <summary>Everything that is to stay in the module's own load context.</summary>
    public static string Dependencies => Path.Combine(Bin, "deps");

    /// <summary>The output folder of the child process's program.</summary>
    public static string Child
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            return Path.Combine(Root, "tests", "RollbackTools.Tests.Child", "bin", framework.Parent!.Name, framework.Name);
        }
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "RollbackTools.psd1")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("No folder above the tests holds RollbackTools.psd1.");
    }
}
