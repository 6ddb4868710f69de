using System.Management.Automation;
using System.Management.Automation.Runspaces;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackTools.Commands;

namespace RollbackTools.Tests;

public sealed class ConfigurationCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rollback-commands-").FullName;
    private readonly PowerShell _shell;

    public ConfigurationCommandTests()
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Get-RollbackConfiguration", typeof(GetRollbackConfigurationCommand), null));
        state.Commands.Add(new SessionStateCmdletEntry("New-RollbackConfiguration", typeof(NewRollbackConfigurationCommand), null));
        _shell = PowerShell.Create(state);
        // PowerShell's location, not the process's.
        _shell.Runspace.SessionStateProxy.Path.SetLocation(_folder);
    }

    private string File => Path.Combine(_folder, "rollback.json");

    public void Dispose()
    {
        _shell.Runspace.Dispose();
        _shell.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void New_EmptyFolder_WritesAConfigurationThatGetReads()
    {
        var scaffold = (ConfigurationScaffold)Assert.Single(Run("New-RollbackConfiguration -Project shop")).BaseObject;
        var settings = Run("Get-RollbackConfiguration").Select(one => one.BaseObject).Cast<EffectiveSetting>().ToList();

        Assert.True(scaffold.IsWritten);
        Assert.Equal(File, scaffold.Path);
        var project = Assert.Single(settings, setting => setting.Path == "project");
        Assert.Equal(("shop", SettingSource.File), (project.Value, project.Source));
    }

    [Fact]
    public void New_WhatIf_WritesNothingAndShowsWhatItWouldWrite()
    {
        var scaffold = (ConfigurationScaffold)Assert.Single(Run("New-RollbackConfiguration -WhatIf")).BaseObject;

        Assert.False(scaffold.IsWritten);
        Assert.Contains("releaseDirectory", scaffold.Content, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void New_FileThere_IsAnErrorUntilOverwriteIsSaid()
    {
        System.IO.File.WriteAllText(File, "mine");

        var error = Refused("New-RollbackConfiguration");

        Assert.StartsWith(nameof(ErrorId.ConfigurationExists), error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
        Assert.Equal("mine", System.IO.File.ReadAllText(File));
        Run("New-RollbackConfiguration -Overwrite");
        Assert.NotEqual("mine", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void New_PathOfAnotherProvider_IsRefused() => Assert.StartsWith(nameof(ErrorId.InvalidArgument),
        Refused("New-RollbackConfiguration -Path Variable:").FullyQualifiedErrorId, StringComparison.Ordinal);

    [Theory]
    [InlineData("Get-RollbackConfiguration -Setting @{ 'policy.planLifetime' = '7m' }")]
    [InlineData("Get-RollbackConfiguration -Setting @{ policy = @{ planLifetime = [timespan]'00:07:00' } }")]
    [InlineData("Get-RollbackConfiguration -Setting @{ policy = [pscustomobject]@{ planLifetime = '7m' } }")]
    [InlineData("Get-RollbackConfiguration -ConfigurationPath rollback.json -Setting @{ 'policy.planLifetime' = '7m' }")]
    [InlineData("Get-RollbackConfiguration -ConfigurationPath . -Setting @{ 'policy.planLifetime' = '7m' }")]
    public void Get_Setting_IsShownAsComingFromTheParameter(string script)
    {
        System.IO.File.WriteAllText(File, """{ "policy": { "planLifetime": "3m" } }""");

        var setting = Run(script).Select(one => (EffectiveSetting)one.BaseObject)
            .Single(one => one.Path == "policy.planLifetime");

        Assert.Equal(("7m", SettingSource.Parameter), (setting.Value, setting.Source));
    }

    [Fact]
    public void Get_ListSetting_TakesWhatPowerShellWraps()
    {
        System.IO.File.WriteAllText(File, "{}");

        var setting = Run("Get-RollbackConfiguration -Setting @{ 'health.addresses' = @('http://a/' | ForEach-Object { $_ }) }")
            .Select(one => (EffectiveSetting)one.BaseObject).Single(one => one.Path == "health.addresses");

        Assert.Equal("""["http://a/"]""", setting.Value);
    }

    [Fact]
    public void Get_WrongFile_IsATerminatingErrorWithIdCategoryAndNextStep()
    {
        System.IO.File.WriteAllText(File, """{ "polcy": {} }""");

        var error = Refused("Get-RollbackConfiguration");

        Assert.StartsWith(nameof(ErrorId.ConfigurationInvalid), error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Contains("did you mean 'policy'?", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Get_NothingThere_NamesTheCmdletThatHelps()
    {
        var error = Refused("Get-RollbackConfiguration");

        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Contains("New-RollbackConfiguration", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    private List<PSObject> Run(string script)
    {
        var output = Invoke(script);
        Assert.Empty(_shell.Streams.Error);
        return output;
    }

    private ErrorRecord Refused(string script)
    {
        Assert.Empty(Invoke(script));
        return Assert.Single(_shell.Streams.Error);
    }

    private List<PSObject> Invoke(string script)
    {
        _shell.Commands.Clear();
        _shell.Streams.ClearStreams();
        return [.. _shell.AddScript(script).Invoke()];
    }
}
