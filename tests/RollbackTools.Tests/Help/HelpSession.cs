using System.Management.Automation;
using RollbackTools.Tests.Hosting;

namespace RollbackTools.Tests.Help;

/// <summary>A session that imported the module through its manifest, and what Get-Help says of each cmdlet in it.</summary>
public sealed class HelpSession : IDisposable
{
    private readonly Session _session = new(Checkout.Root);

    public HelpSession()
    {
        Commands = Run("Get-Command -Module RollbackTools")
            .Select(command => (CmdletInfo)command.BaseObject)
            .ToDictionary(command => command.Name);
        Help = Commands.Keys.ToDictionary(name => name, name => Assert.Single(Run($"Get-Help {name} -Full")));
        Assert.NotEmpty(Help);
    }

    /// <summary>The module as it was built, with its comments beside it.</summary>
    internal static string Module
    {
        get
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            return Path.Combine(Checkout.Root, "src", "RollbackTools", "bin", configuration, "net8.0", "RollbackTools.dll");
        }
    }

    internal IReadOnlyDictionary<string, CmdletInfo> Commands { get; }

    internal IReadOnlyDictionary<string, PSObject> Help { get; }

    public void Dispose() => _session.Dispose();

    internal IReadOnlyList<PSObject> Run(string script)
    {
        var outcome = _session.Run(script);
        Assert.Empty(outcome.Errors);
        return outcome.Output;
    }
}
