using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;
using RollbackTools.Commands;
using RollbackTools.Tests.Hosting;

namespace RollbackTools.Tests.Conventions;

/// <summary>What every cmdlet has (style.md).</summary>
public sealed class CommandConventionTests
{
    private static readonly string[] s_changing =
    [
        VerbsCommon.New, VerbsCommon.Set, VerbsCommon.Remove, VerbsCommon.Undo, VerbsLifecycle.Invoke, VerbsLifecycle.Resume,
        VerbsLifecycle.Start, VerbsLifecycle.Confirm, VerbsSecurity.Block, VerbsSecurity.Unblock, VerbsData.Restore,
        VerbsData.Backup, VerbsData.Save, VerbsCommunications.Send, VerbsCommon.Watch,
    ];

    private static readonly HashSet<string> s_approved =
    [
        .. typeof(Cmdlet).Assembly.GetExportedTypes()
            .Where(type => type is { Namespace: "System.Management.Automation", IsAbstract: true, IsSealed: true }
                && type.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields())
            .Select(field => (string)field.GetValue(null)!),
    ];

    private static readonly Lazy<XDocument> s_documentation = new(() => XDocument.Load(
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src", "RollbackTools"), "RollbackTools.xml", SearchOption.AllDirectories)
            .MaxBy(File.GetLastWriteTimeUtc)!));

    [Theory]
    [MemberData(nameof(CommandTypes.Names), MemberType = typeof(CommandTypes))]
    public void Cmdlet_Name_IsAnApprovedVerbAndASingularNoun(string name)
    {
        var cmdlet = CommandTypes.Find(name).Cmdlet();

        Assert.Contains(cmdlet.VerbName, s_approved);
        Assert.True(!cmdlet.NounName.EndsWith('s') || cmdlet.NounName.EndsWith("ss", StringComparison.Ordinal), cmdlet.NounName);
    }

    [Theory]
    [MemberData(nameof(CommandTypes.Names), MemberType = typeof(CommandTypes))]
    public void Cmdlet_Class_IsSealedAndHasItsOwnFile(string name)
    {
        var type = CommandTypes.Find(name);

        Assert.True(type.IsSealed);
        Assert.Equal($"{type.Cmdlet().VerbName}{type.Cmdlet().NounName}Command", type.Name);
        Assert.True(File.Exists(Path.Combine(Checkout.Root, "src", "RollbackTools", "Commands", type.Name + ".cs")));
    }

    [Theory]
    [MemberData(nameof(CommandTypes.Names), MemberType = typeof(CommandTypes))]
    public void Cmdlet_Output_IsDeclared(string name) => Assert.NotEmpty(
        CommandTypes.Find(name).GetCustomAttributes<OutputTypeAttribute>().SelectMany(output => output.Type));

    [Theory]
    [MemberData(nameof(CommandTypes.Names), MemberType = typeof(CommandTypes))]
    public void Cmdlet_WhateverItWrites_GoesThroughTheMask(string name)
    {
        var type = CommandTypes.Find(name);
        var source = File.ReadAllText(Path.Combine(Checkout.Root, "src", "RollbackTools", "Commands", type.Name + ".cs"));

        Assert.True(typeof(MaskingCommand).IsAssignableFrom(type), $"{name} writes past what masks secrets (S40)");
        Assert.DoesNotMatch(@"Host\.UI\??\.Write|base\.Write|CommandRuntime|WriteInformation|ShouldContinue", source);
    }

    [Theory]
    [MemberData(nameof(CommandTypes.Names), MemberType = typeof(CommandTypes))]
    public void Cmdlet_ThatChangesSomething_AsksFirst(string name)
    {
        var cmdlet = CommandTypes.Find(name).Cmdlet();

        Assert.Equal(s_changing.Contains(cmdlet.VerbName), cmdlet.SupportsShouldProcess);
    }

    [Theory]
    [MemberData(nameof(CommandTypes.Names), MemberType = typeof(CommandTypes))]
    public void Cmdlet_Help_HasASummaryAnExampleAndEveryParameter(string name)
    {
        var type = CommandTypes.Find(name);

        Assert.NotEmpty(Summary($"T:{type.FullName}"));
        Assert.NotEmpty(Member($"T:{type.FullName}")!.Elements("example"));
        var undescribed = type.Parameters()
            .Where(parameter => Summary($"P:{parameter.DeclaringType!.FullName}.{parameter.Name}").Length == 0)
            .Select(parameter => parameter.Name);
        Assert.Empty(undescribed);
    }

    [Fact]
    public void Manifest_Exports_AreTheCmdletsThereAre()
    {
        using var session = new Session(Path.GetTempPath());

        // As the file says it; an import would only show those of them that exist.
        var exported = session.Run(
                "(& ([scriptblock]::Create([IO.File]::ReadAllText($args[0])))).CmdletsToExport", Checkout.Manifest)
            .Clean().Output.Select(one => one.ToString()).Order();

        Assert.Equal(CommandTypes.All.Select(CommandTypes.CmdletName).Order(), exported);
    }

    [Fact]
    public void Import_Gives_EveryCmdletThereIs()
    {
        using var session = new Session(Path.GetTempPath());

        var imported = session.Run("(Get-Command -Module RollbackTools).Name").Clean().Output.Select(one => one.ToString()).Order();

        Assert.Equal(CommandTypes.All.Select(CommandTypes.CmdletName).Order(), imported);
    }

    private static XElement? Member(string id) => s_documentation.Value.Descendants("member")
        .FirstOrDefault(member => member.Attribute("name")!.Value == id);

    private static string Summary(string id) => Member(id)?.Element("summary")?.Value.Trim() ?? string.Empty;
}
