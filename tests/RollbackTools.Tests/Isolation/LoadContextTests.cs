using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Isolation;

/// <summary>The module's libraries stay among themselves (design.md §1). In a process that has nothing of ours beside it.</summary>
public sealed class LoadContextTests
{
    private static readonly string[] s_dependencies =
        [.. Directory.EnumerateFiles(Checkout.Dependencies, "*.dll", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file))];

    // The same run answers several questions.
    private static readonly Lazy<Task<JsonElement>> s_used = new(async () =>
    {
        using var folder = NewFolder();
        return await ChildProcess.RunAsync(string.Empty, "isolation", Checkout.Manifest, folder.Root);
    });

    [Fact]
    public async Task Import_Alone_LoadsNoAdapter()
    {
        var facts = await ChildProcess.RunAsync(string.Empty, "import", Checkout.Manifest);

        var loaded = Loaded(facts);
        Assert.Contains(loaded, assembly => assembly is { Name: "RollbackTools", Context: "Default" });
        AssertNothingThirdParty(facts);
        Assert.DoesNotContain(loaded, assembly => assembly.Context == "RollbackTools");
    }

    [Fact]
    public async Task Cmdlets_Used_LoadEveryLibraryInTheModulesOwnContextOnly()
    {
        var facts = await s_used.Value;

        var loaded = Loaded(facts);
        AssertNothingThirdParty(facts);
        Assert.All(loaded.Where(assembly => assembly.Location.StartsWith(Checkout.Dependencies, StringComparison.Ordinal)),
            assembly => Assert.Equal("RollbackTools", assembly.Context));
        string[] used = ["CliWrap", "DotLiquid", "Microsoft.Data.Sqlite", "Newtonsoft.Json", "Polly.Core", "RollbackOps.Adapters", "SQLitePCLRaw.core"];
        Assert.Equal(used, loaded.Where(assembly => assembly.Context == "RollbackTools").Select(assembly => assembly.Name).Intersect(used).Order());
        foreach (var name in (string[])["RollbackTools", "RollbackOps"])
        {
            var ours = Assert.Single(loaded, assembly => assembly.Name == name);
            Assert.Equal(("Default", Path.Combine(Checkout.Bin, name + ".dll")), (ours.Context, ours.Location));
        }
    }

    [Fact]
    public async Task Module_ForcedRemovedAndImportedAgain_Works()
    {
        var facts = await s_used.Value;

        Assert.Equal("Succeeded", facts.GetProperty("First").GetString());
        Assert.Equal("Succeeded", facts.GetProperty("Forced").GetString());
        Assert.Equal("True", facts.GetProperty("Removed").GetString());
        Assert.Equal("Succeeded", facts.GetProperty("Again").GetString());
        Assert.Single(Loaded(facts), assembly => assembly.Name == "RollbackOps.Adapters");
    }

    [Fact]
    public async Task AnotherVersionOfALibrary_LoadedBySomebodyElse_DisturbsNobody()
    {
        using var folder = NewFolder();
        var foreign = Path.Combine(Checkout.Child, "foreign", "Polly.Core.dll");

        var facts = await ChildProcess.RunAsync(string.Empty, "isolation", Checkout.Manifest, folder.Root, foreign);

        Assert.Equal("Succeeded", facts.GetProperty("First").GetString());
        Assert.EndsWith(" ran", facts.GetProperty("OtherBefore").GetString(), StringComparison.Ordinal);
        Assert.Equal(facts.GetProperty("OtherBefore").GetString(), facts.GetProperty("OtherAfter").GetString());
        var copies = Loaded(facts).Where(assembly => assembly.Name == "Polly.Core").ToDictionary(assembly => assembly.Context);
        Assert.Equal(["Default", "RollbackTools"], copies.Keys.Order());
        Assert.Equal(foreign, copies["Default"].Location);
        Assert.Equal(Path.Combine(Checkout.Dependencies, "Polly.Core.dll"), copies["RollbackTools"].Location);
    }

    private static ReleaseFolder NewFolder()
    {
        var folder = new ReleaseFolder();
        folder.AddDatabase();
        folder.Configure(configuration => configuration["platform"]!["probe"] = new JsonObject
        {
            ["command"] = new JsonArray("sleep", "30"),
            ["timeout"] = "1s",
        });
        File.Move(Path.Combine(folder.Root, "rollback.json"), Path.Combine(folder.Root, "probe.json"));
        folder.Configure(configuration =>
        {
            configuration["platform"]!["activate"] = new JsonObject { ["command"] = new JsonArray("true") };
            configuration["repository"] = new JsonObject { ["path"] = "." };
        });
        return folder;
    }

    /// <summary>What the engine loads by itself is its own affair; our dependencies add nothing to it.</summary>
    private static void AssertNothingThirdParty(JsonElement facts)
    {
        var engines = Loaded(facts, "Before").Where(assembly => assembly.Context == "Default").ToList();
        Assert.DoesNotContain(engines, assembly => assembly.Name.StartsWith("Rollback", StringComparison.Ordinal)
            && assembly.Name != "RollbackTools.Tests.Child");
        Assert.DoesNotContain(Loaded(facts), assembly =>
            assembly.Context == "Default" && s_dependencies.Contains(assembly.Name) && !engines.Contains(assembly));
    }

    private static List<LoadedAssembly> Loaded(JsonElement facts, string moment = "Assemblies") =>
        facts.GetProperty(moment).Deserialize<List<LoadedAssembly>>()!;

    private sealed record LoadedAssembly(string Context, string Name, string Version, string Location);
}
