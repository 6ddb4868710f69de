namespace RollbackTools.Shell.Sessions;

/// <summary>Finds the module that belongs to this shell.</summary>
internal static class ModuleFile
{
    private const string Name = "RollbackTools.psd1";

    /// <summary>Looks in a folder and all above it.</summary>
    /// <param name="folder">The folder of the executable.</param>
    /// <exception cref="SessionException">The module is in none of them.</exception>
    public static string Find(string folder)
    {
        for (var candidate = new DirectoryInfo(folder); candidate is not null; candidate = candidate.Parent)
        {
            var path = Path.Combine(candidate.FullName, Name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new SessionException(
            $"{Name} is neither in '{folder}' nor in a folder above it, and without it this shell has no purpose. "
            + "Run the shell from the repository, or put it into a folder below the module.");
    }
}
