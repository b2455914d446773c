namespace Serverless.Relay.FunctionalTests;

public sealed class SmugglingOnStreamsTests : SmugglingTests
{
    private protected override string Engine => "streams";
}

public sealed class RefusalOnStreamsTests : RefusalTests
{
    private protected override string Engine => "streams";
}

public sealed class ClosedRefusalOnStreamsTests : ClosedRefusalTests
{
    private protected override string Engine => "streams";
}

public sealed class BackendFailureOnStreamsTests : BackendFailureTests
{
    private protected override string Engine => "streams";
}
