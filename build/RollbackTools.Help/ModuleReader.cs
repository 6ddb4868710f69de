using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.Loader;

namespace RollbackTools.Help;

/// <summary>Reads the cmdlets of a built module: their shape as the engine sees it, their text from the comments.</summary>
internal static class ModuleReader
{
    /// <summary>The help of every cmdlet, by name.</summary>
    /// <param name="modulePath">The module's assembly, absolute.</param>
    /// <exception cref="InvalidDataException">A comment is missing or refers to nothing.</exception>
    public static IReadOnlyList<CommandHelp> Read(string modulePath)
    {
        var folder = Path.GetDirectoryName(modulePath)!;
        var assemblies = new ModuleAssemblies(folder);
        var types = assemblies.LoadFromAssemblyPath(modulePath).GetTypes()
            .Where(type => type.GetCustomAttribute<CmdletAttribute>() is not null)
            .ToDictionary(NameOf);
        var comments = new XmlComments(Directory.EnumerateFiles(folder, "Rollback*.xml").Order(StringComparer.Ordinal));

        // The engine works out parameter sets, common parameters included, for a thread that has a runspace.
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.Create());
        runspace.Open();
        var before = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = runspace;
        try
        {
            var names = types.ToDictionary(pair => XmlComments.IdOf(pair.Value), pair => pair.Key);
            return
            [
                .. types.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => new CommandReader(comments, pair.Key, pair.Value, names).Read()),
            ];
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }

    private static string NameOf(Type type)
    {
        var cmdlet = type.GetCustomAttribute<CmdletAttribute>()!;
        return $"{cmdlet.VerbName}-{cmdlet.NounName}";
    }

    /// <summary>
    /// The module's own assemblies, apart from any that the process has loaded already; PowerShell is the process's.
    /// </summary>
    private sealed class ModuleAssemblies(string folder) : AssemblyLoadContext("Help")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var path = Path.Combine(folder, assemblyName.Name + ".dll");
            return assemblyName.Name == "RollbackOps" && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
