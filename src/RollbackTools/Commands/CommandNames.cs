using System.Management.Automation;
using RollbackOps;
using RollbackOps.Readiness;

namespace RollbackTools.Commands;

/// <summary>What the names of the module's commands lead to in a session.</summary>
internal static class CommandNames
{
    /// <summary>The commands whose names lead to something else: an alias or a function beats a cmdlet. For the pipeline thread.</summary>
    public static IReadOnlyList<ShadowedCommand> Shadowed(PSCmdlet command)
    {
        var shadowed = new List<ShadowedCommand>();
        foreach (var name in command.MyInvocation.MyCommand.Module?.ExportedCmdlets.Keys ?? Enumerable.Empty<string>())
        {
            var found = command.InvokeCommand.GetCommand(name, CommandTypes.All);
            if (found is not CmdletInfo { ImplementingType: { } type } || type.Assembly != typeof(CommandNames).Assembly)
            {
                shadowed.Add(new ShadowedCommand(name, found is null
                    ? "nothing"
                    : $"{Kind(found)}{(string.IsNullOrEmpty(found.ModuleName) ? "" : $" of {Inert.Line(found.ModuleName)}")}"));
            }
        }

        return shadowed;
    }

    private static string Kind(CommandInfo found) => found.CommandType switch
    {
        CommandTypes.Alias => $"an alias for {Inert.Line(found.Definition)}",
        CommandTypes.Cmdlet => "another cmdlet",
        var kind => $"a {kind.ToString().ToLowerInvariant()}",
    };
}
