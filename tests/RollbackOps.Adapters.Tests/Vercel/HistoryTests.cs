using System.Text.Json.Nodes;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>What is read of deployments: pages, filters, words, and who served when.</summary>
public sealed class HistoryTests
{
    private readonly VercelWorld _world = new();

    private FakeVercel Fake => _world.Fake;

    [Fact]
    public async Task List_ManyPages_GivesEachOnceNewestFirst()
    {
        for (var i = 0; i < 247; i++)
        {
            Fake.Deploy($"dpl_n{i:000}", _world.Clock.Now.AddMinutes(-i - 5));
        }

        var ids = await ListAsync();

        Assert.Equal(250, ids.Count);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal("dpl_n000", ids[0].Id);
        Assert.Equal(3, PagesAsked);
        Assert.Equal(ids.OrderByDescending(one => one.CreatedAt).Select(one => one.Id), ids.Select(one => one.Id));
    }

    [Fact]
    public async Task List_FirstObject_NeedsOnePageOnly()
    {
        for (var i = 0; i < 300; i++)
        {
            Fake.Deploy($"dpl_n{i:000}", _world.Clock.Now.AddMinutes(-i - 5));
        }

        await using var list = _world.Platform.ListAsync(new DeploymentQuery(), CancellationToken.None).GetAsyncEnumerator();

        Assert.True(await list.MoveNextAsync());
        Assert.Equal(1, PagesAsked);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(101, 3)]
    public async Task List_SecondPageBegun_TheNextIsOnItsWay(int taken, int asked)
    {
        for (var i = 0; i < 300; i++)
        {
            Fake.Deploy($"dpl_n{i:000}", _world.Clock.Now.AddMinutes(-i - 5));
        }

        await using var list = _world.Platform.ListAsync(new DeploymentQuery(), CancellationToken.None).GetAsyncEnumerator();
        for (var i = 0; i < taken; i++)
        {
            Assert.True(await list.MoveNextAsync());
        }

        Assert.Equal(asked, PagesAsked);
    }

    [Fact]
    public async Task List_SoMany_AsksForNoPageMoreThanTheyFill()
    {
        for (var i = 0; i < 300; i++)
        {
            Fake.Deploy($"dpl_n{i:000}", _world.Clock.Now.AddMinutes(-i - 5));
        }

        Assert.Equal(150, (await ListAsync(new DeploymentQuery { First = 150 })).Count);
        Assert.Equal(2, PagesAsked);
    }

    [Fact]
    public async Task List_BeforeAnotherPage_WaitsUntilWhatWasGivenIsTaken()
    {
        for (var i = 0; i < 300; i++)
        {
            Fake.Deploy($"dpl_n{i:000}", _world.Clock.Now.AddMinutes(-i - 5));
        }

        var taken = new TaskCompletionSource();
        var query = new DeploymentQuery { BeforeMore = () => taken.Task };
        await using var list = _world.Platform.ListAsync(query, CancellationToken.None).GetAsyncEnumerator();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(await list.MoveNextAsync());
        }

        var next = list.MoveNextAsync();
        Assert.False(next.IsCompleted);
        Assert.Equal(1, PagesAsked);
        taken.SetResult();
        Assert.True(await next);
    }

    [Fact]
    public async Task List_Filters_ArePushedToTheApi()
    {
        var since = _world.Clock.Now.AddDays(-2.5);

        var found = await ListAsync(new DeploymentQuery { First = 1, Since = since, States = [DeploymentState.Ready] });

        Assert.Equal("dpl_three", Assert.Single(found).Id);
        var query = _world.Handler.Requests.Last(request => request.RequestUri!.AbsolutePath == "/v6/deployments").RequestUri!.Query;
        Assert.Contains("limit=1", query, StringComparison.Ordinal);
        Assert.Contains("state=READY", query, StringComparison.Ordinal);
        Assert.Contains("target=production", query, StringComparison.Ordinal);
        Assert.Contains($"since={since.ToUnixTimeMilliseconds()}", query, StringComparison.Ordinal);
        Assert.Contains("slug=acme", query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Deployment_HasItsCommitFromMeta()
    {
        Fake["dpl_three"].Meta["githubCommitMessage"] = "Fix \u001b[31mit\nBody";

        var deployment = (await ListAsync())[0];

        Assert.Equal(FakeVercel.Commit("dpl_three"), deployment.Commit);
        Assert.Equal(("Fix <U+001B>[31mit", "Ann", "main"), (deployment.Subject, deployment.Author, deployment.Branch));
        Assert.Equal(new Uri("https://shop-three-acme.vercel.app/"), deployment.Address);
        Assert.Equal(("Vercel", "shop", "production"), (deployment.Platform, deployment.Project, deployment.Environment));
    }

    [Fact]
    public async Task List_MetaOfSeveralHosts_TakesTheFirstThatSaysIt()
    {
        Fake["dpl_three"].Meta = new JsonObject
        {
            ["bitbucketCommitRef"] = "theirs",
            ["gitlabCommitSha"] = "ABCDEF1",
            ["gitlabCommitRef"] = "",
            ["gitlabCommitMessage"] = "One line\r\nand more",
            ["githubCommitSha"] = 5,
            ["githubCommitRef"] = new JsonObject { ["gitlabCommitRef"] = "no" },
            ["gitCommitAuthorLogin"] = "ann",
            ["other"] = new JsonArray(1, "two", new JsonObject()),
            ["schemaMax"] = "20260202_b",
        };

        var deployment = (await ListAsync())[0];

        Assert.Equal(("abcdef1", "One line", "ann", "theirs"),
            (deployment.Commit, deployment.Subject, deployment.Author, deployment.Branch));
        Assert.Equal((null, "20260202_b"), (deployment.Schema!.Min, deployment.Schema.Max));
    }

    [Theory]
    [InlineData("BLOCKED", DeploymentState.Queued)]
    [InlineData("QUEUED", DeploymentState.Queued)]
    [InlineData("BUILDING", DeploymentState.Building)]
    [InlineData("INITIALIZING", DeploymentState.Building)]
    [InlineData("READY", DeploymentState.Ready)]
    [InlineData("ERROR", DeploymentState.Failed)]
    [InlineData("CANCELED", DeploymentState.Canceled)]
    [InlineData("DELETED", DeploymentState.Canceled)]
    [InlineData("SERENE", DeploymentState.Unknown)]
    public async Task List_EveryState_HasItsWord(string word, DeploymentState state)
    {
        Fake["dpl_one"].State = word;

        Assert.Equal(state, (await ListAsync()).Single(one => one.Id == "dpl_one").State);
    }

    [Fact]
    public async Task History_PreviewsAndStaged_AreNoCandidates()
    {
        Fake.AutoAssign = false;
        Fake.Deploy("dpl_staged", _world.Clock.Now.AddDays(-1));
        Fake.Deploy("dpl_preview", _world.Clock.Now.AddDays(-1.5)).Target = null;

        var history = await _world.Context.OpenHistoryAsync(RollbackLedger.Empty, CancellationToken.None);
        var all = new List<Deployment>();
        await foreach (var one in history.ReadAsync(new DeploymentQuery(), CancellationToken.None))
        {
            all.Add(one);
        }

        Assert.DoesNotContain(all, one => one.Id == "dpl_preview");
        Assert.Equal(["dpl_two", "dpl_one"], all.Where(one => one.IsCandidate).Select(one => one.Id));
        Assert.Equal("dpl_three", Assert.Single(all, one => one.IsCurrent).Id);
        Assert.Equal(DeploymentHealth.Presumed, all.Single(one => one.Id == "dpl_two").Health);
    }

    // On Hobby only the deployment immediately before is eligible.
    [Fact]
    public async Task Plan_NotOfferedForRollback_IsRefusedAndNotChosen()
    {
        Fake["dpl_two"].IsCandidate = false;

        Assert.Equal("dpl_one", (await _world.PlanAsync()).Target.Id);
    }

    // Vercel's single answers do not say it; its list does, and what the list says is refused before any write.
    [Fact]
    public async Task Preflight_NotOfferedForRollback_IsRefusedByTheSwitchAlone()
    {
        Fake["dpl_two"].IsCandidate = false;
        var two = (await ListAsync()).Single(one => one.Id == "dpl_two");

        var error = await Assert.ThrowsAsync<RollbackOpsException>(
            () => new PlatformStrategy(_world.Platform).PreflightAsync(two, two, CancellationToken.None));

        Assert.Equal(ErrorId.TargetNotEligible, error.Id);
        Assert.Null(two.Ineligibility);
    }

    [Theory]
    [InlineData("preview", ErrorId.TargetNotEligible)]
    [InlineData("project", ErrorId.DeploymentNotFound)]
    [InlineData("state", ErrorId.TargetNotEligible)]
    public async Task Plan_NamedTargetThatIsNotEligible_IsRefusedBeforeAnyWrite(string fault, ErrorId id)
    {
        Fake["dpl_one"].Target = fault == "preview" ? null : "production";
        Fake["dpl_one"].ProjectId = fault == "project" ? "prj_other" : FakeVercel.ProjectId;
        Fake["dpl_one"].State = fault == "state" ? "ERROR" : "READY";

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.PlanAsync("dpl_one"));

        Assert.Equal(id, error.Id);
        Assert.Equal(0, _world.Store.Appends);
    }

    [Theory]
    [InlineData("../../v9/projects/shop")]
    [InlineData("..")]
    [InlineData("dpl_none")]
    [InlineData("a?b=c")]
    public async Task Find_NoSuchId_IsNullAndAsksNothingElse(string id)
    {
        Assert.Null(await _world.Platform.FindAsync(id, CancellationToken.None));
        Assert.DoesNotContain(_world.Handler.Calls, call => call == "GET /v9/projects/shop");
    }

    [Theory]
    [InlineData("prj_shop", "team_acme", "teamId=team_acme")]
    [InlineData("shop", "acme", "slug=acme")]
    [InlineData("shop", null, "")]
    public async Task Current_ProjectByIdOrNameInAnyScope_IsTheProductionTarget(string project, string? team, string query)
    {
        var world = new VercelWorld(vercel: new VercelSettings { Project = project, Team = team, Token = VercelWorld.TokenReference });

        Assert.Equal("dpl_three", await world.Platform.ReadCurrentAsync(CancellationToken.None));
        Assert.Contains(query, world.Handler.Requests[0].RequestUri!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Current_NeverDeployed_IsUnknown()
    {
        Fake.Production = null;

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.Platform.ReadCurrentAsync(CancellationToken.None));

        Assert.Equal(ErrorId.CurrentUnknown, error.Id);
    }

    [Fact]
    public async Task Current_OtherEnvironment_IsNoneThatVercelSwitches()
    {
        var world = new VercelWorld(environment: "staging");

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => world.Platform.ReadCurrentAsync(CancellationToken.None));

        Assert.Equal(ErrorId.CurrentUnknown, error.Id);
    }

    [Fact]
    public async Task Project_Unknown_SaysWhichSettingToLookAt()
    {
        var world = new VercelWorld(vercel: new VercelSettings { Project = "shoop", Token = VercelWorld.TokenReference });

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => world.Platform.ReadCurrentAsync(CancellationToken.None));

        Assert.Equal(ErrorId.PlatformUnreadable, error.Id);
        Assert.Contains("platform.vercel.project", error.NextStep, StringComparison.Ordinal);
    }

    // A colleague's rollback by another tool: what he left is not presumed healthy.
    [Fact]
    public async Task History_ForeignRollback_IsInTheRecord()
    {
        Fake.Deploy("dpl_four", _world.Clock.Now.AddHours(-1));
        Fake.JobTime = TimeSpan.Zero;
        Fake.Begin("rollback", "dpl_two");
        Fake.Settle();

        var history = await _world.Context.OpenHistoryAsync(RollbackLedger.Empty, CancellationToken.None);
        var four = await history.FindAsync("dpl_four", CancellationToken.None);

        Assert.Equal("dpl_two", (await history.RequireCurrentAsync()).Id);
        Assert.True(Assert.Single(four!.Served).EndedByRollback);
        Assert.Equal(DeploymentHealth.Unknown, four.Health);
    }

    [Fact]
    public async Task History_BeyondTheFirstPage_StillTellsWhatServed()
    {
        for (var i = 0; i < 120; i++)
        {
            Fake.Deploy($"dpl_n{i:000}", _world.Clock.Now.AddHours(-200 + i));
        }

        var history = await _world.Context.OpenHistoryAsync(RollbackLedger.Empty, CancellationToken.None);
        var all = new List<Deployment>();
        await foreach (var one in history.ReadAsync(new DeploymentQuery(), CancellationToken.None))
        {
            all.Add(one);
        }

        Assert.All(all, one => Assert.NotEmpty(one.Served));
        Assert.Equal(TimeSpan.FromHours(1), all[^1].Served[0].To - all[^1].Served[0].From);
    }

    [Fact]
    public async Task List_PageThatLeadsToItself_EndsWithAnError()
    {
        var world = new VercelWorld();
        world.Platform = new Adapters.Vercel.VercelPlatform(world.Settings, new TestSecrets(), world.Clock, new LoopingPages(world.Handler));

        var error = await Assert.ThrowsAsync<RollbackOpsException>(async () =>
        {
            await foreach (var _ in world.Platform.ListAsync(new DeploymentQuery(), CancellationToken.None))
            {
            }
        });

        Assert.Equal(ErrorId.PlatformUnreadable, error.Id);
    }

    private int PagesAsked => _world.Handler.Calls.Count(call => call == "GET /v6/deployments");

    private async Task<List<Deployment>> ListAsync(DeploymentQuery? query = null)
    {
        var found = new List<Deployment>();
        await foreach (var one in _world.Platform.ListAsync(query ?? new DeploymentQuery(), CancellationToken.None))
        {
            found.Add(one);
        }

        return found;
    }

    private sealed class LoopingPages(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.RequestUri!.AbsolutePath == "/v6/deployments")
            {
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                response.Content = new StringContent(text.Replace("\"next\":null", "\"next\":9999999999999", StringComparison.Ordinal),
                    System.Text.Encoding.UTF8, "application/json");
            }

            return response;
        }
    }
}
