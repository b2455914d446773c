namespace Serverless.Relay.Tests.Tunnel;

public sealed class FrameTunnelOnLoopsTests : FrameTunnelTests
{
    private protected override bool OnLoops => true;
}

public sealed class FrameTunnelEndOnLoopsTests : FrameTunnelEndTests
{
    private protected override bool OnLoops => true;
}

public sealed class TunnelBackPressureOnLoopsTests : TunnelBackPressureTests
{
    private protected override bool OnLoops => true;
}

public sealed class FrameTunnelLimitOnLoopsTests : FrameTunnelLimitTests
{
    private protected override bool OnLoops => true;
}
