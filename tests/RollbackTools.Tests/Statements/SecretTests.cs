using System.Management.Automation;
using System.Text.Json.Nodes;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Secrets come from SecretManagement when they are used, and go nowhere else (cmdlets.md, Secrets; S40).</summary>
public sealed class SecretTests : IDisposable
{
    private const string Module = "Microsoft.PowerShell.SecretManagement";
    private const string Value = "hunter2-very-secret";

    private readonly ReleaseFolder _folder = new();
    private readonly DirectoryInfo _modules = Directory.CreateTempSubdirectory("rollback-modules-");
    private readonly string? _before = Environment.GetEnvironmentVariable("PSModulePath");
    private Session? _session;

    public void Dispose()
    {
        _session?.Dispose();
        Environment.SetEnvironmentVariable("PSModulePath", _before);
        _folder.Dispose();
        _modules.Delete(recursive: true);
    }

    [Fact]
    public void Secret_Referenced_IsReadAsPlainTextFromItsVault()
    {
        Use("secret:team/token", withModule: true);

        var outcome = _session!.Run("Test-DeploymentHealth -Quiet").Clean();

        Assert.True(outcome.Single<bool>());
        Assert.Contains($"X-Token: {Value}", _folder.Server.LastRequest, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("token|team|True", _session.Get("SecretAsked"));
    }

    [Fact]
    public void Secret_Unused_IsNotAskedFor()
    {
        Use("secret:team/token", withModule: true);

        _session!.Run("Get-DeploymentHistory").Clean();

        Assert.Null(_session.Get("SecretAsked"));
    }

    [Fact]
    public void Secret_WithoutSecretManagement_SaysWhatIsMissing()
    {
        Use("secret:team/token", withModule: false);

        var outcome = _session!.Run("Test-DeploymentHealth");

        Assert.Equal("SecretUnavailable", outcome.ErrorId());
        Assert.Contains(Module, outcome.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_UnknownToTheVault_IsNamedWithoutTheVaultsWords()
    {
        Use("secret:other", withModule: true);

        var outcome = _session!.Run("Test-DeploymentHealth");

        Assert.Equal("SecretUnavailable", outcome.ErrorId());
        Assert.DoesNotContain(Value, outcome.Told, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_OfAWholeRollback_IsInNoOutputStreamJournalOrReport()
    {
        Use("secret:team/token", withModule: true);

        var outcome = _session!.Run("""
            Get-DeploymentHistory | Test-RollbackNeeded -Signal ServiceDown | Invoke-Rollback -Confirm:$false -Verbose | New-IncidentReport -Verbose
            Test-DeploymentHealth -Verbose
            """).Clean();

        Assert.Contains(Value, _folder.Server.LastRequest, StringComparison.Ordinal);
        var told = outcome.Output.Select(one => PSSerializer.Serialize(one, 8))
            .Concat(outcome.Verbose).Concat(outcome.Warnings)
            .Concat(Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(told, text => Assert.DoesNotContain(Value, text, StringComparison.Ordinal));
    }

    private void Use(string reference, bool withModule)
    {
        _folder.Configure(configuration =>
            configuration["health"]!["headers"] = new JsonObject { ["X-Token"] = reference });
        if (withModule)
        {
            var place = _modules.CreateSubdirectory(Module).FullName;
            File.WriteAllText(Path.Combine(place, Module + ".psm1"), $$"""
                function Get-Secret {
                    param([string] $Name, [string] $Vault, [switch] $AsPlainText)
                    $global:SecretAsked = "$Name|$Vault|$AsPlainText"
                    if ($Name -ne 'token') { throw "no such thing beside {{Value}}" }
                    '{{Value}}'
                }
                """);
        }

        Environment.SetEnvironmentVariable("PSModulePath", _modules.FullName);
        _session = new Session(_folder.Root);
    }
}
