namespace RollbackOps.Adapters.Processes;

/// <summary>
/// Finds a command's program as a shell does: by name on the path, or by a path from the folder the command runs in.
/// The base class library would look into our own folders first.
/// </summary>
internal static class ProgramPath
{
    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Its absolute path, or null.</summary>
    public static string? Find(string program, string folder, string? searchPath)
    {
        if (program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return IsProgram(Path.GetFullPath(program, folder)) ? Path.GetFullPath(program, folder) : null;
        }

        return (searchPath ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(place => Path.GetFullPath(Path.Combine(place, program), folder))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);
}
