using System.Management.Automation;
using RollbackOps;

namespace RollbackTools.Commands;

/// <summary>Paths as the user gives them; PowerShell's location is not the process's.</summary>
internal static class FileSystemPath
{
    /// <summary>An absolute path of the file system, which need not exist.</summary>
    public static string Resolve(PSCmdlet command, string path)
    {
        var resolved = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.Name == "FileSystem"
            ? resolved
            : throw new RollbackOpsException(ErrorId.InvalidArgument,
                $"'{Inert.Line(path)}' is no path of the file system but of {provider.Name}.",
                "Give a path of the file system.", path);
    }
}
