using System.Diagnostics;
using RollbackOps.Adapters.Tests.Peers;
using RollbackOps.Adapters.Tests.Samples;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>Vercel's own CLI and SDK as judges of the fake: what they take is close to real.</summary>
public sealed class OutsiderTests : IAsyncLifetime
{
    private readonly FakeVercel _fake = FakeVercel.WithThree(TimeProvider.System);
    private readonly string _folder = Directory.CreateTempSubdirectory("rollback-peer-").FullName;
    private FakeVercelServer _server = null!;

    public async Task InitializeAsync()
    {
        _fake.JobTime = TimeSpan.FromMilliseconds(100);
        _fake.Variables.Add(new FakeVariable("MODEL", DateTimeOffset.UtcNow, "production", "preview"));
        _server = await FakeVercelServer.StartAsync(_fake);
        Directory.CreateDirectory(Path.Combine(_folder, ".vercel"));
        await File.WriteAllTextAsync(Path.Combine(_folder, ".vercel", "project.json"),
            $$"""{ "projectId": "{{FakeVercel.ProjectId}}", "orgId": "{{FakeVercel.TeamId}}", "projectName": "{{FakeVercel.ProjectName}}" }""");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [OutsiderFact("vercel")]
    public async Task Cli_ListInspectRollbackStatusPromote_Succeed()
    {
        var list = await CliAsync("list", FakeVercel.ProjectName);
        Assert.Contains("shop-three-acme.vercel.app", list, StringComparison.Ordinal);

        var inspected = await CliAsync("inspect", "dpl_two");
        Assert.Contains("dpl_two", inspected, StringComparison.Ordinal);

        var rolledBack = await CliAsync("rollback", "dpl_two", "--yes");
        Assert.Contains("Success!", rolledBack, StringComparison.Ordinal);
        Assert.Equal(("dpl_two", false), (_fake.Production, _fake.AutoAssign));

        var status = await CliAsync("rollback", "status", FakeVercel.ProjectName);
        Assert.Contains("dpl_two", status, StringComparison.Ordinal);

        var promoted = await CliAsync("promote", "dpl_three", "--yes");
        Assert.Contains("Success!", promoted, StringComparison.Ordinal);
        Assert.Equal(("dpl_three", true), (_fake.Production, _fake.AutoAssign));
    }

    [OutsiderFact("@vercel/sdk")]
    public async Task Sdk_ItsSchemas_AcceptTheFakesAnswers()
    {
        _fake.Canary = "dpl_three";
        var script = Path.Combine(OutsiderFactAttribute.Folder!, "judge.mjs");
        await File.WriteAllTextAsync(script, """
            import { Vercel } from "@vercel/sdk";
            const vercel = new Vercel({ bearerToken: process.argv[3], serverURL: process.argv[2] });
            const slug = "acme";
            const done = [];
            const step = async (name, act) => { try { await act(); done.push(name); } catch (error) { console.log(name + " FAILED: " + error + " " + JSON.stringify(error.rawValue ?? error.body ?? "")?.slice(0, 300) + (error.pretty?.() ?? "")); } };
            await step("list", async () => { const page = await vercel.deployments.getDeployments({ projectId: "prj_shop", slug, limit: 2, target: "production" }); if (page.result ? page.result.deployments.length !== 2 : page.deployments.length !== 2) throw new Error("length"); });
            await step("one", async () => { const one = await vercel.deployments.getDeployment({ idOrUrl: "dpl_two", slug }); if (one.id !== "dpl_two") throw new Error("id"); });
            await step("aliases", async () => { const all = await vercel.aliases.listDeploymentAliases({ id: "dpl_three", slug }); if (all.aliases.length !== 4) throw new Error("aliases"); });
            await step("env", async () => { const all = await vercel.projects.filterProjectEnvs({ idOrName: "shop", slug }); if (all.envs.length !== 1) throw new Error("envs"); });
            await step("rolling", async () => { const one = await vercel.rollingRelease.getRollingRelease({ idOrName: "shop", state: "ACTIVE", slug }); if (one.rollingRelease.canaryDeployment.id !== "dpl_three") throw new Error("canary"); });
            await step("rollback", async () => { await vercel.projects.requestRollback({ projectId: "prj_shop", deploymentId: "dpl_two", slug }); });
            console.log("done: " + done.join(","));
            """);

        var said = await RunAsync("node", script, _server.Address.ToString().TrimEnd('/'), FakeVercel.Token);

        Assert.Contains("done: list,one,aliases,env,rolling,rollback", said, StringComparison.Ordinal);
    }

    private Task<string> CliAsync(params string[] arguments) => RunAsync("node",
    [
        Path.Combine(OutsiderFactAttribute.Folder!, "node_modules", "vercel", "dist", "vc.js"),
        .. arguments,
        "--api", _server.Address.ToString().TrimEnd('/'), "--token", FakeVercel.Token,
        "--global-config", Path.Combine(_folder, "global"), "--cwd", _folder, "--scope", FakeVercel.TeamSlug,
    ]);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = _folder,
        };
        start.Environment["VERCEL_TELEMETRY_DISABLED"] = "1";
        start.Environment["NO_UPDATE_NOTIFIER"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var run = await ChildRun.EndOfAsync(process);
        Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode}: {run.Output}\n{run.Errors}\n{string.Join('\n', _fake.Calls)}");
        return run.Output + run.Errors;
    }
}
